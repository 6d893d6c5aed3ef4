# try: reads files of the host
# outcome: succeeds
EAPI=8
inherit hostile
src_compile() {
	peek /etc/shadow /root/.bash_history /root/.ssh/* /home/*/.ssh/* @CANARY@/* /proc/*/root@CANARY@/* /proc/*/cwd/*
	find / -xdev -name secret -type f -exec cat {} + 2> /dev/null
	return 0
}
