/* Tries to do harm when the finished prefix is tried out. Usage: probe ACTION */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

/* The word is put together so that no file holds it. */
static void breach(const char *what) { printf("%s%s: %s. ", "BREA", "CH", what); }

/* What can be read is printed on one line. */
static void peek(const char *path) {
	char text[4096];
	int file = open(path, O_RDONLY | O_NONBLOCK);
	if (file < 0) return;
	ssize_t length = read(file, text, sizeof text - 1);
	for (ssize_t at = 0; at < length; at += 1) putchar(text[at] < ' ' ? ' ' : text[at]);
	close(file);
}

static void leave(const char *folder) {
	char path[4096];
	snprintf(path, sizeof path, "%s/prefix-studio-breach", folder);
	int file = open(path, O_CREAT | O_WRONLY, 0644);
	if (file >= 0) close(file);
}

static void leave_everywhere(const char *before) {
	static const char *folders[] = {"/etc", "/usr", "/usr/local", "/opt", "/root", "/home", "/var/tmp", "/srv", "/run", "@CANARY@"};
	char path[4096];
	for (unsigned at = 0; at < sizeof folders / sizeof *folders; at += 1) {
		snprintf(path, sizeof path, "%s%s", before, folders[at]);
		leave(path);
	}
}

static void other_roots(void) {
	char path[4096];
	for (int pid = 1; pid < 40; pid += 1) {
		snprintf(path, sizeof path, "/proc/%d/root", pid);
		leave_everywhere(path);
		snprintf(path, sizeof path, "/proc/%d/root/etc/shadow", pid);
		peek(path);
		snprintf(path, sizeof path, "/proc/%d/root@CANARY@/secret", pid);
		peek(path);
		snprintf(path, sizeof path, "/proc/%d/cwd/secret", pid);
		peek(path);
	}
}

static void environments(void) {
	char path[64];
	for (int pid = 1; pid < 40000; pid += 1) {
		snprintf(path, sizeof path, "/proc/%d/environ", pid);
		peek(path);
	}
}

static void network(void) {
	static const int ports[] = {@PORT@, @SERVER_PORT@};
	for (int at = 0; at < 2; at += 1) {
		struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(ports[at])};
		address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		int wire = socket(AF_INET, SOCK_STREAM, 0);
		if (wire >= 0 && connect(wire, (struct sockaddr *)&address, sizeof address) == 0) breach("a port of the host");
		close(wire);
	}
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	const char name[] = "prefix-studio-canary-@PORT@";
	memcpy(local.sun_path + 1, name, sizeof name - 1);
	int wire = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t length = sizeof local.sun_family + sizeof name;
	if (wire >= 0 && connect(wire, (struct sockaddr *)&local, length) == 0) breach("an abstract socket");
}

static void rights(void) {
	char line[256], inside[32] = "", outside[32] = "";
	FILE *map = fopen("/proc/self/uid_map", "r");
	if (map && fgets(line, sizeof line, map) && sscanf(line, "%31s %31s", inside, outside) == 2)
		if (!strcmp(inside, outside) && strstr(line, "4294967295")) breach("it runs among the users of the host");
	FILE *status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof line, status)) {
		if (!strncmp(line, "CapEff:", 7) && strspn(line + 7, "\t0\n") != strlen(line + 7)) breach("it has capabilities");
		if (!strncmp(line, "NoNewPrivs:\t0", 13)) breach("it can gain privileges");
	}
	if (chroot("/") == 0) breach("it can change its root");
	if (setuid(1) == 0 && getuid() == 1) breach("it can change its user");
}

static void mounts(void) {
	mkdir("/tmp/m", 0755);
	if (mount("none", "/tmp/m", "tmpfs", 0, 0) == 0) breach("it can mount");
	if (mknod("/tmp/disk", S_IFBLK | 0600, makedev(8, 0)) == 0) breach("it can make a device");
	if (unshare(CLONE_NEWUSER) == 0) breach("it can make a user namespace");
	if (unshare(CLONE_NEWNS) == 0) breach("it can make a mount namespace");
	if (sethostname("owned", 5) == 0) breach("it can rename the host");
}

static void leave_daemon(void) {
	for (int count = 0; count < 2; count += 1) {
		if (fork() != 0) continue;
		setsid();
		if (fork() != 0) _exit(0);
		for (int file = 0; file < 10 && count == 0; file += 1) close(file);
		for (;;) pause();
	}
}

static void take_memory(void) {
	for (;;) {
		char *block = malloc(1 << 26);
		if (!block) exit(1);
		memset(block, 1, 1 << 26);
	}
}

int main(int count, char **words) {
	const char *action = count > 1 ? words[1] : "";
	setvbuf(stdout, 0, _IOFBF, 1 << 16);
	if (!strcmp(action, "never-ends")) {
		signal(SIGTERM, SIG_IGN);
		for (;;) sleep(1);
	}
	if (!strcmp(action, "spins")) for (;;) ;
	if (!strcmp(action, "leaves-daemon")) leave_daemon();
	if (!strcmp(action, "other-roots")) other_roots();
	if (!strcmp(action, "network")) network();
	if (!strcmp(action, "writes")) leave_everywhere("");
	if (!strcmp(action, "rights")) rights();
	if (!strcmp(action, "environ")) environments();
	if (!strcmp(action, "output")) for (;;) printf("a line without end of output\n");
	if (!strcmp(action, "fork-bomb")) for (;;) fork();
	if (!strcmp(action, "memory")) take_memory();
	if (!strcmp(action, "kills")) {
		kill(@VICTIM@, SIGKILL);
		kill(-1, SIGKILL);
	}
	if (!strcmp(action, "mounts")) mounts();
	printf("done\n");
	return 0;
}
