# try: variables of the design that make programs run something, or say where to write
# outcome: any
# make_conf: LD_PRELOAD=@CANARY@/secret
# make_conf: MAKEOPTS=-j2 --eval=$(shell touch @CANARY@/made)
# make_conf: MAKEFLAGS=--eval=$(shell touch @CANARY@/made)
# make_conf: CC=sh -c 'touch @CANARY@/made' gcc
# make_conf: FETCHCOMMAND=touch @CANARY@/made
# make_conf: INSTALL_MASK=/ -/usr ../../..
# make_conf: NODE_OPTIONS=--require=@CANARY@/secret
# make_conf: http_proxy=http://127.0.0.1:@PORT@
# make_conf: CONFIG_PROTECT=/ @CANARY@
EAPI=8
inherit hostile
src_compile() {
	printf 'all:\n\ttrue\n' > Makefile
	emake
}
src_install() {
	insinto /usr/share
	echo one | newins - one
}
