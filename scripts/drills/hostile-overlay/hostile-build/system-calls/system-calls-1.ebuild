# try: every system call that a build never needs
# outcome: succeeds
EAPI=8
inherit hostile
src_compile() {
	must_fail "ptrace" system_call 101 117 0 0 0 0
	must_fail "mount" system_call 165 40 0 0 0 0 0
	must_fail "unshare of users" system_call 272 97 $((0x10000000))
	must_fail "unshare of mounts" system_call 272 97 $((0x00020000))
	must_fail "keyctl" system_call 250 219 0 -3 1
	must_fail "add_key" perl -e 'my ($t, $d, $p) = ("user", "x", "y"); exit(syscall($ARGV[0], $t, $d, $p, 1, -2) == -1 ? 1 : 0)' "$([[ $(uname -m) == aarch64 ]] && echo 217 || echo 248)"
	must_fail "bpf" perl -e 'my $a = pack("L*", 1, 4, 4, 1, (0) x 20); exit(syscall($ARGV[0], 0, $a, length $a) == -1 ? 1 : 0)' "$([[ $(uname -m) == aarch64 ]] && echo 280 || echo 321)"
	must_fail "userfaultfd" system_call 323 282 1
	must_fail "perf_event_open" perl -e 'my $a = pack("LLQx112", 1, 128, 0); exit(syscall($ARGV[0], $a, 0, -1, -1, 0) == -1 ? 1 : 0)' "$([[ $(uname -m) == aarch64 ]] && echo 241 || echo 298)"
	must_fail "io_uring_setup" perl -e 'my $p = "\0" x 120; exit(syscall(425, 4, $p) == -1 ? 1 : 0)'
	must_fail "setns" system_call 308 268 0 0
	must_fail "pivot_root" system_call 155 41 0 0
	must_fail "open_tree" perl -e 'my $p = "/"; exit(syscall(428, -100, $p, 1) == -1 ? 1 : 0)'
	must_fail "fsopen" perl -e 'my $p = "tmpfs"; exit(syscall(430, $p, 0) == -1 ? 1 : 0)'
	must_fail "process_vm_readv" system_call 310 270 1 0 0 0 0 0
	must_fail "syslog" perl -e 'my $b = "\0" x 4096; exit(syscall($ARGV[0], 3, $b, 4096) == -1 ? 1 : 0)' "$([[ $(uname -m) == aarch64 ]] && echo 116 || echo 103)"
	must_fail "mount by program" mount -t tmpfs none "${T}"
	must_fail "unshare by program" unshare -Urm true
	must_fail "nested sandbox with a mount" unshare -Ur mount --bind / "${T}"
	[[ $(grep NoNewPrivs /proc/self/status) == *1 ]] || breach "privileges can be gained"
	[[ $(grep CapEff /proc/self/status) =~ 0000000000000000 ]] || breach "there are capabilities"
}
