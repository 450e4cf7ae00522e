/* Writes so many bytes one by one, and moves the finished file into place: as many calls as one wants. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
    int bytes = count > 1 ? atoi(arguments[1]) : 1;
    int file = open("config.new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        return 1;
    for (int at = 0; at < bytes; at++)
        if (pwrite(file, "x", 1, at) != 1) {
            unlink("config.new");
            return 1;
        }
    if (fsync(file) != 0 || close(file) != 0 || rename("config.new", "config.toml") != 0) {
        unlink("config.new");
        return 1;
    }
    return 0;
}
