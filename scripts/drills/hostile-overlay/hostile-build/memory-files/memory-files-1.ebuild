# try: fills the memory with files
# outcome: any
EAPI=8
inherit hostile
src_compile() {
	head -c 100G /dev/zero > /tmp/fill
	head -c 100G /dev/zero > /dev/shm/fill
	rm -f /tmp/fill /dev/shm/fill
	return 0
}
