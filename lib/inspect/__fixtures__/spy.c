/*
 * A program of a prefix that tries what it must not be able to do. Says each thing that it could do on a line of its own and
 * ends with their number. Arguments: a port on which the machine listens, a file of the machine outside of the prefix.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int could(int did, const char *what, const char *detail) {
	if (!did) return 0;
	printf("could %s %s\n", what, detail);
	return 1;
}

static int reads(const char *path) {
	char byte;
	int file = open(path, O_RDONLY | O_NONBLOCK);
	return file >= 0 && read(file, &byte, 1) == 1;
}

static int writes(const char *path) {
	return open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0600) >= 0;
}

static int has_capability(void) {
	char line[256];
	int found = 0;
	FILE *status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof line, status))
		if (!strncmp(line, "Cap", 3) && strspn(line + 8, "0") != 16) found = 1;
	return found || !status;
}

static int is_root_outside(void) {
	unsigned inside = 1, outside = 0;
	FILE *map = fopen("/proc/self/uid_map", "r");
	return !map || fscanf(map, "%u %u", &inside, &outside) != 2 || outside == 0;
}

static int connects(int port) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address) == 0;
}

int main(int argc, char **argv) {
	int count = 0;
	char path[4096];
	const char *outside = argc > 2 ? argv[2] : "/etc/shadow";
	count += could(is_root_outside(), "be", "root of the machine");
	count += could(has_capability(), "use", "a capability");
	count += could(reads(outside), "read", outside);
	for (int pid = 1; pid < 40; pid++) {
		snprintf(path, sizeof path, "/proc/%d/root%s", pid, outside);
		count += could(reads(path), "read", path);
		count += could(writes(path), "write", path);
		snprintf(path, sizeof path, "/proc/%d/root/etc/spy", pid);
		count += could(writes(path), "write", path);
	}
	static const char *const places[] = {"/etc/spy", "/opt/spy", "/usr/spy", "/spy", "/dev/spy", "/proc/sys/kernel/hostname"};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) count += could(writes(places[i]), "write", places[i]);
	count += could(mount("none", "/tmp", "tmpfs", 0, "") == 0, "mount", "a file system");
	count += could(chroot("/tmp") == 0, "change", "its root");
	count += could(syscall(SYS_unshare, 0x10000000) == 0, "make", "a user namespace");
	count += could(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0, "trace", "a process");
	count += could(mknod("/tmp/device", S_IFBLK | 0600, 0x800) == 0, "make", "a device");
	count += could(argc > 1 && connects(atoi(argv[1])), "connect to", "the machine");
	return count;
}
