# try: writes to the kernel's files and devices
# outcome: succeeds
EAPI=8
inherit hostile
src_compile() {
	local file
	for file in /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/vm/drop_caches /proc/sysrq-trigger \
		/sys/kernel/uevent_helper /sys/fs/cgroup/cgroup.procs /dev/kmsg /dev/mem /dev/sda /dev/fuse /dev/kvm; do
		must_fail "${file} can be written to" dd if=/dev/null of="${file}" conv=notrunc
	done
	must_fail "/dev/kmsg can be read" dd if=/dev/kmsg of=/dev/null count=1 iflag=nonblock
	must_fail "/proc/kcore can be read" head -c 1 /proc/kcore
}
