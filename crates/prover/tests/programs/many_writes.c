/* Replaces `settings` in the correct way, with as many writes as its argument says. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int give_up(void)
{
    unlink(".new");
    return 1;
}

int main(int count, char **arguments)
{
    long writes = count > 1 ? atol(arguments[1]) : 1;
    int file = open(".new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        return 1;
    for (long i = 0; i < writes; i++)
        if (pwrite(file, "x", 1, i) != 1)
            return give_up();
    if (fsync(file) != 0 || close(file) != 0 || rename(".new", "settings") != 0)
        return give_up();
    return 0;
}
