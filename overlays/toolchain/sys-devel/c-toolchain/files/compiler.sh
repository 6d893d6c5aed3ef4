#!/bin/sh
# Compiler that sees only the prefix. Linking is settled by the linker wrapper, which -B lets the compiler find.
case " $* " in
	*' -print-search-dirs '* | *' --print-search-dirs '*)
		# libtool and meson look for libraries where this says; meson asks with further options
		printf 'install: %s/lib/\nprograms: =%s/ld/\nlibraries: =%s\n' @TOOLCHAIN@ @TOOLCHAIN@ \
			@EPREFIX@/usr/lib64/:@EPREFIX@/lib64/:@TOOLCHAIN@/lib/
		exit
		;;
esac
CPLUS_INCLUDE_PATH=@CXX_INCLUDE@${CPLUS_INCLUDE_PATH:+:${CPLUS_INCLUDE_PATH}}
export CPLUS_INCLUDE_PATH
unset C_INCLUDE_PATH CPATH LIBRARY_PATH GCC_EXEC_PREFIX
# a build may have a compile cache, and tools that know nothing of its job server
exec ${__E_COMPILE_THROUGH:+"${__E_COMPILE_THROUGH}"} @PROGRAM@ --sysroot=@EPREFIX@ -B@TOOLCHAIN@/ld/ -B@EPREFIX@/usr/lib64/ -B@TOOLCHAIN@/lib/ \
	${__E_WORKDIR:+"-ffile-prefix-map=${__E_WORKDIR}=."} "$@"
