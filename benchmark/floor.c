/* The durable floor: what any program pays for 4 KiB that survive a power cut.
   Creates a temporary file, writes, syncs, renames it over `config.toml`, syncs the directory. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char contents[4096];
    int directory, file;

    if (argc != 2)
        return 2;
    memset(contents, '#', sizeof contents);
    directory = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return 1;
    file = openat(directory, ".config.toml.tmp", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return 1;
    if (write(file, contents, sizeof contents) != (ssize_t)sizeof contents)
        return 1;
    if (fsync(file) != 0)
        return 1;
    if (renameat(directory, ".config.toml.tmp", directory, "config.toml") != 0)
        return 1;
    return fsync(directory) == 0 ? 0 : 1;
}
