/* Does one thing that a tracer cannot follow, or hardly, by the name that it is given; then it replaces
   `settings` in the correct way. It says on standard error what it was refused. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char NEW[] = "new = 1\n";
enum { LENGTH = sizeof NEW - 1 };

/* The second argument. */
static const char *place = "";

static int create(const char *name)
{
    return open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
}

static void io_uring(void)
{
    struct io_uring_params parameters = {0};
    if (syscall(SYS_io_uring_setup, 1, &parameters) < 0)
        perror("io_uring_setup");
}

/* write(1, 0, 0), as a program of 32 bits asks for it. */
static void thirty_two_bits(void)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(4), "b"(1), "c"(0), "d"(0) : "memory");
    if (result < 0)
        fprintf(stderr, "int 0x80: %s\n", strerror((int)-result));
}

/* Ends as a program of 32 bits does: it does not expect to go on. */
static void ends_in_32_bits(void)
{
    fflush(NULL);
    for (;;)
        __asm__ volatile("int $0x80" : : "a"(1), "b"(0));
}

static void x32(void)
{
    if (syscall(0x40000000 | SYS_write, 1, NEW, 0) < 0)
        perror("x32");
}

static void traceme(void)
{
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0)
        perror("ptrace");
}

static void attach(void)
{
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    if (ptrace(PTRACE_ATTACH, child, 0, 0) < 0)
        perror("ptrace");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void listener(void)
{
    struct sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
    struct sock_fprog program = {1, &allow};
    unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) < 0)
        perror("seccomp");
}

/* A child that nobody may trace. */
static void untraced(void)
{
    pid_t child = (pid_t)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        _exit(0);
    if (child < 0)
        perror("clone");
    else
        waitpid(child, NULL, 0);
}

static void mounts(void)
{
    if (mount("none", ".", "tmpfs", 0, "") < 0)
        perror("mount");
}

static void splices(void)
{
    int ends[2], file = create(".spliced");
    if (pipe(ends) != 0 || write(ends[1], NEW, LENGTH) != LENGTH)
        perror("pipe");
    if (splice(ends[0], NULL, file, NULL, LENGTH, 0) != LENGTH)
        perror("splice");
    close(file);
    unlink(".spliced");
}

static void submits(void)
{
    aio_context_t context = 0;
    int file = create(".submitted");
    struct iocb request = {
        .aio_fildes = (unsigned)file,
        .aio_lio_opcode = IOCB_CMD_PWRITE,
        .aio_buf = (unsigned long)NEW,
        .aio_nbytes = LENGTH,
    };
    struct iocb *requests[] = {&request};
    if (syscall(SYS_io_setup, 1, &context) < 0 || syscall(SYS_io_submit, context, 1, requests) != 1)
        perror("io_submit");
    close(file);
    unlink(".submitted");
}

/* Has the kernel copy a file. */
static void copies(ssize_t (*copy)(int from, int to))
{
    int from = create(".from"), to = create(".to");
    if (write(from, NEW, LENGTH) != LENGTH || lseek(from, 0, SEEK_SET) != 0)
        perror("write");
    if (copy(from, to) != LENGTH)
        perror("copy");
    close(from);
    close(to);
    rename(".to", ".copy");
    unlink(".from");
}

/* Sends the file to where nobody looks. */
static void sends(void)
{
    int from = open("settings", O_RDONLY), to = open("/dev/null", O_WRONLY);
    if (sendfile(to, from, NULL, LENGTH) != LENGTH)
        perror("sendfile");
    close(from);
    close(to);
}

static ssize_t by_sendfile(int from, int to)
{
    return sendfile(to, from, NULL, LENGTH);
}

static ssize_t by_range(int from, int to)
{
    return copy_file_range(from, NULL, to, NULL, LENGTH, 0);
}

static ssize_t by_clone(int from, int to)
{
    return ioctl(to, FICLONE, from) == 0 ? LENGTH : by_sendfile(from, to);
}

/* Writes a file that has no name, and then gives it one by the link that the kernel shows. */
static void names_later(void)
{
    char link[64];
    unlink(".named");
    int file = open(".", O_TMPFILE | O_RDWR, 0600);
    if (write(file, NEW, LENGTH) != LENGTH)
        perror("write");
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (linkat(AT_FDCWD, link, AT_FDCWD, ".named", AT_SYMLINK_FOLLOW) != 0)
        perror("linkat");
    close(file);
}

/* Changes an attribute of the file itself, before the file is replaced. */
static void attributes(void)
{
    if (setxattr("settings", "user.state", "half", 4, 0) != 0)
        perror("setxattr");
}

/* Writes where the file stands, by a call that could write elsewhere. */
static void writes_on(void)
{
    int file = create(".on");
    struct iovec piece = {(void *)NEW, LENGTH};
    for (int i = 0; i < 2; i++)
        if (pwritev2(file, &piece, 1, -1, 0) != LENGTH)
            perror("pwritev2");
    close(file);
}

/* Sets a mode by a list of who may do what, as `cp -p` does: 0642, in place of 0600. */
static void lists(void)
{
    int file = create(".listed");
    const unsigned char list[] = {
        2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 4, 0, 4, 0, 255, 255, 255, 255, 32, 0, 2, 0, 255, 255, 255, 255,
    };
    if (fsetxattr(file, "system.posix_acl_access", list, sizeof list, 0) != 0)
        perror("fsetxattr");
    close(file);
}

/* Makes a socket at `place`. */
static void binds(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, place, sizeof address.sun_path - 1);
    if (bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address) != 0)
        perror("bind");
}

static void queues(void)
{
    if (mq_open("/untorn-e", O_CREAT | O_RDWR, 0600, NULL) < 0)
        perror("mq_open");
    mq_unlink("/untorn-e");
}

/* What processes share by number: it is taken away again. */
static void shares_memory(void)
{
    int shared = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    if (shared < 0)
        perror("shmget");
    shmctl(shared, IPC_RMID, NULL);
}

static void shares_counters(void)
{
    int shared = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    if (shared < 0)
        perror("semget");
    semctl(shared, 0, IPC_RMID);
}

static void shares_messages(void)
{
    int shared = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    if (shared < 0)
        perror("msgget");
    msgctl(shared, IPC_RMID, NULL);
}

static void makes_a_pipe(void)
{
    if (mkfifo(".pipe", 0600) != 0 && errno != EEXIST)
        perror("mkfifo");
}

static int replace(void)
{
    int file = create(".new");
    if (file < 0 || write(file, NEW, LENGTH) != LENGTH || fsync(file) != 0 || close(file) != 0
        || rename(".new", "settings") != 0) {
        unlink(".new");
        return 1;
    }
    return 0;
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*act)(void);
    } acts[] = {
        {"io_uring", io_uring}, {"int80", thirty_two_bits}, {"x32", x32},
        {"traceme", traceme},   {"attach", attach},         {"listener", listener},
        {"untraced", untraced}, {"mount", mounts},          {"splice", splices},
        {"io_submit", submits}, {"unnamed", names_later},   {"attributes", attributes},
        {"send", sends},        {"pwritev2", writes_on},    {"acl", lists},
        {"bind", binds},        {"mq_open", queues},        {"shmget", shares_memory},
        {"semget", shares_counters}, {"msgget", shares_messages}, {"mkfifo", makes_a_pipe},
    };
    static const struct {
        const char *name;
        ssize_t (*copy)(int from, int to);
    } ways[] = {{"sendfile", by_sendfile}, {"copy_file_range", by_range}, {"ficlone", by_clone}};
    const char *wanted = count > 1 ? arguments[1] : "";
    place = count > 2 ? arguments[2] : place;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].name, wanted) == 0)
            acts[i].act();
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].name, wanted) == 0)
            copies(ways[i].copy);
    if (replace() != 0)
        return 1;
    if (strcmp(wanted, "int80") == 0)
        ends_in_32_bits();
    return 0;
}
