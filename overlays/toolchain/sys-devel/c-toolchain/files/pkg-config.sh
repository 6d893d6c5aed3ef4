#!/bin/sh
# pkg-config that knows only the packages of the prefix.
PKG_CONFIG_LIBDIR=@EPREFIX@/usr/lib64/pkgconfig:@EPREFIX@/usr/share/pkgconfig
export PKG_CONFIG_LIBDIR
unset PKG_CONFIG_SYSROOT_DIR
case ${PKG_CONFIG_PATH-} in
	*/var/tmp/portage/*) ;;
	*) unset PKG_CONFIG_PATH ;;
esac
exec @PROGRAM@ "$@"
