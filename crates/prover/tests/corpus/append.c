/* Appends a line in place; where keys repeat, the last one counts. Verdict: TORN.
 *
 * O_APPEND keeps two writers apart, but a short write leaves half a line, which is no setting and may
 * not even parse. That the program sees it and exits with 1 does not take the half line back. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char LINE[] = "name = \"new\"\n";

static int fail(const char *stage)
{
    fprintf(stderr, "append: ");
    perror(stage);
    return 1;
}

int main(void)
{
    char old[4096] = "";
    FILE *file = fopen("config.toml", "r");
    if (!file)
        return fail("cannot open config.toml");
    size_t length = fread(old, 1, sizeof old - 1, file);
    if (ferror(file))
        return fail("cannot read config.toml");
    fclose(file);
    size_t line = strlen(LINE);
    if (length >= line && strcmp(old + length - line, LINE) == 0)
        return 0;
    int fd = open("config.toml", O_WRONLY | O_APPEND);
    if (fd < 0)
        return fail("cannot open config.toml to append");
    ssize_t count = write(fd, LINE, line);
    if (count < 0 || fsync(fd) || close(fd))
        return fail("cannot append to config.toml");
    if ((size_t)count < line) {
        fprintf(stderr, "append: only a part of the line was written\n");
        return 1;
    }
    return 0;
}
