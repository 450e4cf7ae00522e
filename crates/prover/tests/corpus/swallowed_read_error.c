/* Takes an error of read(2) for the end of the file. Verdict: TORN.
 *
 * The loop ends on 0 and on -1 alike, so an I/O error while reading makes the old settings an empty
 * file, or half of one. What follows is done right: it replaces all settings by the one it was given. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char old[4096], new[8192];

static int read_old(void)
{
    int fd = open("config.toml", O_RDONLY);
    if (fd < 0)
        return -1;
    ssize_t count;
    size_t length = 0;
    while ((count = read(fd, old + length, sizeof old - 1 - length)) > 0)
        length += count;
    return close(fd);
}

static void set_name(void)
{
    const char *name = strstr(old, "\nname = ");
    const char *rest = name ? strchr(name + 1, '\n') : NULL;
    int before = name ? name + 1 - old : (int)strlen(old);
    snprintf(new, sizeof new, "%.*sname = \"new\"%s", before, old, rest ? rest : "\n");
}

static int replace(void)
{
    char temporary[] = ".config.toml.XXXXXX";
    int fd = mkstemp(temporary);
    if (fd < 0)
        return -1;
    FILE *file = fdopen(fd, "w");
    int failed = fputs(new, file) == EOF || fflush(file) || fchmod(fd, 0644) || fsync(fd);
    failed = fclose(file) || failed;
    if (!failed && rename(temporary, "config.toml") == 0)
        return 0;
    unlink(temporary);
    return -1;
}

int main(void)
{
    if (read_old()) {
        perror("swallowed_read_error: cannot read config.toml");
        return 1;
    }
    set_name();
    if (replace()) {
        perror("swallowed_read_error: cannot replace config.toml");
        return 1;
    }
    return 0;
}
