# try: sleeps for ever in pkg_setup
# outcome: fails
# cancel: yes
EAPI=8
inherit hostile
pkg_setup() {
	trap '' TERM INT HUP
	while :; do sleep 1; done
}
