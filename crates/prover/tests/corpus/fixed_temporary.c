/* Creates a temporary file of a fixed name that must not exist yet. Verdict: STUCK.
 *
 * O_EXCL is meant to keep a second writer out. But whatever ends this one early, an error or a kill,
 * leaves the name taken, and no later run can ever create it again. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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
    fprintf(stderr, "fixed_temporary: ");
    perror(stage);
    return 1;
}

int main(void)
{
    const char *new = new_settings();
    if (!new)
        return fail("cannot read config.toml");
    int fd = open("config.toml.tmp", O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (fd < 0)
        return fail("cannot create config.toml.tmp");
    for (size_t done = 0, all = strlen(new); done < all;) {
        ssize_t count = write(fd, new + done, all - done);
        if (count < 0)
            return fail("cannot write config.toml.tmp");
        done += count;
    }
    if (fsync(fd) || close(fd))
        return fail("cannot sync config.toml.tmp");
    if (rename("config.toml.tmp", "config.toml"))
        return fail("cannot rename config.toml.tmp");
    return 0;
}
