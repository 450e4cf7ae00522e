/* Ignores what fclose returns, which is where stdio does the writing. Verdict: TORN.
 *
 * fputs only fills a buffer. That the disk is full comes out in fclose; ignored, an empty file is renamed
 * over the settings, and the exit code is 0. */

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

static int fail(const char *stage)
{
    fprintf(stderr, "swallowed_close_error: ");
    perror(stage);
    return 1;
}

int main(void)
{
    const char *new = new_settings();
    if (!new)
        return fail("cannot read config.toml");
    char temporary[] = ".config.toml.XXXXXX";
    int fd = mkstemp(temporary);
    if (fd < 0)
        return fail("cannot create a temporary file");
    FILE *file = fdopen(fd, "w");
    int failed = !file || fchmod(fd, 0644) || fputs(new, file) == EOF;
    if (file)
        fclose(file);
    if (failed || rename(temporary, "config.toml")) {
        fail("cannot replace config.toml");
        unlink(temporary);
        return 1;
    }
    return 0;
}
