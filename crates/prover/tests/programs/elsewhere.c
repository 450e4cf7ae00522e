/* Reads `settings`, then lets the same descriptor, or a relative path, lead elsewhere, in the way that it is
   given by name; writes there, and moves what it wrote over `settings`. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int file;

static int opened(const char *name) { return open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600); }

static int closed_and_opened(void) { return close(file) || opened(".new") != file; }

static void *thread(void *unused) {
    (void)unused;
    return closed_and_opened() ? "failed" : NULL;
}

static int by_thread(void) {
    pthread_t other;
    void *failed = "";
    return pthread_create(&other, NULL, thread, NULL) || pthread_join(other, &failed) || failed != NULL;
}

static int by_rename(void) {
    return closed_and_opened() || rename(".new", ".former") || write(file, "# ", 2) != 2 || rename(".former", ".new");
}

static int by_directory(int by_descriptor) {
    struct stat known;
    int directory = open("directory", O_RDONLY | O_DIRECTORY);
    if (stat("settings", &known) || close(file))
        return 1;
    if (by_descriptor ? fchdir(directory) : chdir("directory"))
        return 1;
    return close(directory) || (file = opened(".new")) == -1;
}

int main(int count, char **arguments) {
    const char *way = count > 1 ? arguments[1] : "";
    const char *from = ".new", *to = "settings";
    char buffer[64];
    int failed = 1;
    if (strcmp(way, "executed") != 0) {
        file = open("settings", O_RDONLY);
        mkdir("directory", 0700);
        if (read(file, buffer, sizeof buffer) < 0)
            return 1;
    }
    if (!strcmp(way, "close"))
        failed = closed_and_opened();
    else if (!strcmp(way, "dup2"))
        failed = dup2(opened(".new"), file) != file;
    else if (!strcmp(way, "dup3"))
        failed = dup3(opened(".new"), file, O_CLOEXEC) != file;
    else if (!strcmp(way, "close_range"))
        failed = close_range(file, file, 0) || opened(".new") != file;
    else if (!strcmp(way, "thread"))
        failed = by_thread();
    else if (!strcmp(way, "rename"))
        failed = by_rename();
    else if (!strcmp(way, "exec"))
        return fcntl(file, F_SETFD, FD_CLOEXEC) || execl(arguments[0], arguments[0], "executed", NULL);
    else if (!strcmp(way, "executed"))
        failed = (file = opened(".new")) == -1;
    else if (!strcmp(way, "chdir") || !strcmp(way, "fchdir")) {
        failed = by_directory(way[0] == 'f');
        to = "../settings";
    }
    return failed || write(file, "new = 1\n", 8) != 8 || fsync(file) || rename(from, to);
}
