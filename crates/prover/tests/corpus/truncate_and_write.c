/* Empties the file by opening it, then writes it in place. Verdict: TORN.
 *
 * Every result is checked, but what helps an error message, when the old settings are gone already? */

#include <stdio.h>
#include <string.h>

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
        perror("truncate_and_write: cannot read config.toml");
        return 1;
    }
    FILE *file = fopen("config.toml", "w");
    if (!file) {
        perror("truncate_and_write: cannot open config.toml");
        return 1;
    }
    int failed = fputs(new, file) == EOF;
    if (fclose(file) || failed) {
        perror("truncate_and_write: cannot write config.toml");
        return 1;
    }
    return 0;
}
