/* Holds a lock that is the mere existence of a file, and returns early without it. Verdict: STUCK.
 *
 * Any error after the lock is taken leaves the lock file, and so does a kill: the next run says that
 * another one is at work, for ever. */

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

static int replace(const char *new)
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
    int lock = open("config.toml.lock", O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (lock < 0) {
        perror("lock_left_behind: another run is at work");
        return 1;
    }
    close(lock);
    const char *new = new_settings();
    if (!new || replace(new)) {
        perror("lock_left_behind: cannot change config.toml");
        return 1;
    }
    unlink("config.toml.lock");
    return 0;
}
