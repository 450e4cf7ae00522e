/* Changes `settings` in the way that it is given by name. In each, one call is trusted more than it should be;
   all others are right. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char NEW[] = "new = 1\n";
enum { LENGTH = sizeof NEW - 1, PAGES = 16 * 4096 };

static int create(const char *name)
{
    return open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
}

static int give_up(void)
{
    unlink(".new");
    return 1;
}

/* Writes all of it; whether that failed. */
static int fails_to_write(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno != EINTR)
            return 1;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return 0;
}

/* The rest of a correct replacement. */
static int finish(int file)
{
    return fsync(file) || close(file) || rename(".new", "settings") ? give_up() : 0;
}

static int replace(void)
{
    int file = create(".new");
    if (file < 0 || fails_to_write(file, NEW, LENGTH))
        return give_up();
    return finish(file);
}

/* A file to copy from. */
static int source(void)
{
    int file = create(".from");
    return file < 0 || fails_to_write(file, NEW, LENGTH) || lseek(file, 0, SEEK_SET) ? -1 : file;
}

/* Takes a copy that is too short for a whole one. */
static int copies(int by_range)
{
    int from = source(), file = create(".new");
    if (from < 0 || file < 0)
        return give_up();
    ssize_t copied = by_range ? copy_file_range(from, NULL, file, NULL, LENGTH, 0) : sendfile(file, from, NULL, LENGTH);
    return copied < 0 ? give_up() : finish(file);
}

/* Where the kernel does not copy, or keeps no room, writes without a look at the result. */
static int falls_back(int from_copy)
{
    int from = source(), file = create(".new");
    if (from < 0 || file < 0)
        return give_up();
    ssize_t kept = from_copy ? copy_file_range(from, NULL, file, NULL, LENGTH, 0) : fallocate(file, 0, 0, LENGTH);
    if (kept < 0) {
        ssize_t unseen = write(file, NEW, LENGTH);
        (void)unseen;
        return finish(file);
    }
    if (from_copy ? kept != LENGTH : fails_to_write(file, NEW, LENGTH))
        return give_up();
    return finish(file);
}

/* Replaces what it finds where it is, whether or not that is where it wanted to go. */
static int moves(int by_descriptor)
{
    int directory = by_descriptor ? open("sub", O_RDONLY | O_DIRECTORY) : 0;
    if (directory < 0)
        return 1;
    int unseen = by_descriptor ? fchdir(directory) : chdir("sub");
    (void)unseen;
    return replace();
}

/* Takes a failed look for a file that is of no use any more. */
static int looks(int failed)
{
    return failed ? unlink("settings") : replace();
}

static int looks_at_room(void)
{
    struct statfs room;
    return looks(statfs(".", &room) != 0);
}

static int looks_at_room_of_file(void)
{
    struct statfs room;
    int old = open("settings", O_RDONLY);
    return old < 0 ? 1 : looks(fstatfs(old, &room) != 0);
}

static int duplicates(void)
{
    int old = open("settings", O_RDONLY);
    return old < 0 ? 1 : looks(dup(old) < 0);
}

/* Takes a file that cannot be mapped for an empty one. */
static int maps(void)
{
    struct stat known;
    int old = open("settings", O_RDONLY);
    if (old < 0 || fstat(old, &known))
        return 1;
    char *bytes = mmap(NULL, (size_t)known.st_size, PROT_READ, MAP_PRIVATE, old, 0);
    size_t length = bytes == MAP_FAILED ? 0 : (size_t)known.st_size;
    int file = create(".new");
    if (file < 0 || fails_to_write(file, bytes, length) || fails_to_write(file, NEW, LENGTH))
        return give_up();
    return finish(file);
}

/* Takes a lock that another holds for nothing to do. */
static int locks(int by_record)
{
    struct flock whole = {.l_type = F_WRLCK};
    int lock = open("lock", O_CREAT | O_RDWR, 0600);
    if (lock < 0)
        return 1;
    if (by_record ? fcntl(lock, F_SETLK, &whole) : flock(lock, LOCK_EX | LOCK_NB))
        return errno != EAGAIN;
    if (replace())
        return 1;
    whole.l_type = F_UNLCK;
    /* Nobody holds the lock that it lets go: that cannot be told to it. */
    return (by_record ? fcntl(lock, F_SETLK, &whole) : flock(lock, LOCK_UN)) && errno == EAGAIN ? unlink("settings") : 0;
}

/* Marks what is done already by a file, which stays if it is killed, and stops all that come later. */
static int marks(void)
{
    if (access("mark", F_OK) == 0 || replace())
        return 1;
    int mark = open("mark", O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (mark >= 0)
        close(mark);
    unlink("mark");
    return 0;
}

/* Writes in place, of which the first quarter is new; a write that is cut short goes on where it was cut. */
static int overwrites(void)
{
    static char bytes[PAGES];
    memset(bytes, 'n', PAGES / 4);
    memset(bytes + PAGES / 4, 'x', PAGES - PAGES / 4);
    int file = open("settings", O_WRONLY);
    return file < 0 || fails_to_write(file, bytes, PAGES) || fsync(file) || close(file);
}

/* Writes through a mapping that is made writable later, and then the same bytes by a call. */
static int makes_writable(void)
{
    int file = open("settings", O_RDWR);
    char *bytes = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED || mprotect(bytes, 4096, PROT_READ | PROT_WRITE))
        return 1;
    memcpy(bytes, NEW, LENGTH / 2);
    memcpy(bytes, NEW, LENGTH);
    return pwrite(file, NEW, LENGTH, 0) != LENGTH;
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        int (*act)(int other);
        int other;
    } ways[] = {
        {"sendfile", copies, 0},           {"copy_file_range", copies, 1},
        {"fallocate", falls_back, 0},      {"copy_or_write", falls_back, 1},
        {"chdir", moves, 0},               {"fchdir", moves, 1},
        {"flock", locks, 0},               {"fcntl", locks, 1},
    };
    static const struct {
        const char *name;
        int (*act)(void);
    } others[] = {
        {"map", maps},
        {"mark", marks},
        {"overwrite", overwrites},
        {"make_writable", makes_writable},
        {"statfs", looks_at_room},
        {"fstatfs", looks_at_room_of_file},
        {"dup", duplicates},
    };
    const char *wanted = count > 1 ? arguments[1] : "";
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].name, wanted) == 0)
            return ways[i].act(ways[i].other);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].name, wanted) == 0)
            return others[i].act();
    return 2;
}
