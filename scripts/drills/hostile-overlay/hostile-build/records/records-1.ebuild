# try: floods and forges what the engine is told
# outcome: any
EAPI=8
inherit hostile
src_compile() {
	printf 'phase\x1f../../etc\x1f\x1edone\x1f\x1eunknown\x1f\x1eusage\x1fNaN\x1f\x1equery\x1f__proto__\x1f>>bad\x1f\x1e' >&3
	head -c 300M /dev/zero >&3
}
