# try: prints the environment of every process
# outcome: succeeds
EAPI=8
inherit hostile
src_compile() {
	peek /proc/1/environ /proc/self/environ /proc/*/environ /proc/*/cmdline
	env
}
