/* Takes a write that did not fail for a write of everything. Verdict: TORN.
 *
 * A nearly full disk, or a limit, lets write(2) write a part and return how much that was: no error.
 * The half of the settings that fitted is then synced with care and renamed over the whole of them. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The old settings with the new name in them, or NULL. */
static char *new_settings(void)
{
    static char old[4096], new[8192];
    FILE *file = fopen("config.toml", "r");
    if (!file)
        return NULL;
    fread(old, 1, sizeof old - 1, file);
    int failed = ferror(file);
    fclose(file);
    char *name = strstr(old, "\nname = ");
    if (failed || !name)
        return NULL;
    const char *rest = strchr(name + 1, '\n');
    snprintf(new, sizeof new, "%.*s\nname = \"new\"%s", (int)(name - old), old, rest ? rest : "\n");
    return new;
}

int main(void)
{
    const char *new = new_settings();
    if (!new) {
        perror("unchecked_short_write: cannot read config.toml");
        return 1;
    }
    char temporary[] = ".config.toml.XXXXXX";
    int fd = mkstemp(temporary);
    if (fd < 0) {
        perror("unchecked_short_write: cannot create a temporary file");
        return 1;
    }
    int failed = write(fd, new, strlen(new)) < 0;
    failed = failed || fchmod(fd, 0644) || fsync(fd);
    failed = close(fd) || failed;
    if (failed || rename(temporary, "config.toml")) {
        perror("unchecked_short_write: cannot replace config.toml");
        unlink(temporary);
        return 1;
    }
    return 0;
}
