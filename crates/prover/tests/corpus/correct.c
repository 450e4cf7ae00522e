/* Replaces the file under a lock, and puts the old one back if that cannot be made durable.
 *
 * Verdict: none. An error exit leaves the old file, exit 0 the new one, and nothing stays beside it
 * but what a killed run left, which the next run clears away.
 * Not kept: owner, extended attributes, a symbolic link in the place of the file. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "config.toml"
#define NEW ".config.toml.new-"
#define OLD ".config.toml.old-"

static char old[4096], new[8192];

static int lock(int directory)
{
    int result;
    while ((result = flock(directory, LOCK_EX)) && errno == EINTR)
        ;
    return result; /* the lock ends with this process, however that ends */
}

/* Removes what killed runs left; no run can be using it, for we hold the lock. What cannot be removed
 * now is left to the next run. */
static void clear_leftovers(void)
{
    DIR *entries = opendir(".");
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (!strncmp(entry->d_name, NEW, strlen(NEW)) || !strncmp(entry->d_name, OLD, strlen(OLD)))
            unlink(entry->d_name);
    if (entries)
        closedir(entries);
}

static int read_old(mode_t *mode)
{
    struct stat status;
    FILE *file = fopen(FILE_NAME, "r");
    if (!file)
        return -1;
    int failed = fstat(fileno(file), &status);
    size_t length = fread(old, 1, sizeof old - 1, file);
    failed = failed || ferror(file) || length == sizeof old - 1;
    fclose(file);
    *mode = status.st_mode & 07777;
    return failed ? -1 : 0;
}

static int set_name(void)
{
    const char *name = strstr(old, "\nname = ");
    if (!name)
        return -1;
    const char *rest = strchr(name + 1, '\n');
    snprintf(new, sizeof new, "%.*s\nname = \"new\"%s", (int)(name - old), old, rest ? rest : "\n");
    return 0;
}

static int write_all(int fd, const char *contents, size_t length)
{
    while (length > 0) {
        ssize_t count = write(fd, contents, length);
        if (count < 0 && errno != EINTR)
            return -1;
        if (count > 0) {
            contents += count;
            length -= count;
        }
    }
    return 0;
}

static int replace(int directory, mode_t mode)
{
    char temporary[] = NEW "XXXXXX", kept[] = OLD "XXXXXX";
    int fd = mkstemp(temporary);
    if (fd < 0)
        return -1;
    strcpy(kept + strlen(OLD), temporary + strlen(NEW));
    int failed = write_all(fd, new, strlen(new)) || fchmod(fd, mode) || fsync(fd);
    failed = close(fd) || failed; /* and never again, not even after EINTR: Linux frees it always */
    if (failed || link(FILE_NAME, kept) || rename(temporary, FILE_NAME)) {
        int cause = errno;
        unlink(temporary);
        unlink(kept);
        errno = cause;
        return -1;
    }
    if (fsync(directory)) {
        int cause = errno;
        rename(kept, FILE_NAME); /* an error must mean the old file */
        errno = cause;
        return -1;
    }
    unlink(kept);
    return 0;
}

int main(void)
{
    mode_t mode;
    int directory = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 || lock(directory)) {
        perror("correct: cannot lock the directory");
        return 1;
    }
    clear_leftovers();
    if (read_old(&mode) || set_name()) {
        perror("correct: cannot read " FILE_NAME);
        return 1;
    }
    if (replace(directory, mode)) {
        perror("correct: cannot replace " FILE_NAME);
        return 1;
    }
    return 0;
}
