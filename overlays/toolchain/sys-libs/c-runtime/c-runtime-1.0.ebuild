# Copyright 2026 Prefix Studio contributors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit host-compiler

DESCRIPTION="C and C++ run-time libraries of the build machine's compiler, tied to the prefix"
HOMEPAGE="https://www.gnu.org/software/libc/ https://gcc.gnu.org/"
S=${WORKDIR}

LICENSE="LGPL-2.1+ || ( GPL-3+ gcc-runtime-library-exception-3.1 )"
SLOT="0"
KEYWORDS="amd64 arm64"
RESTRICT="strip"

# Libraries that are part of the C library belong to lib64 beside the loader; those of the compiler to usr/lib64.
C_LIBRARIES=(
	ld-linux-x86-64.so.2 ld-linux-aarch64.so.1
	libc.so.6 libm.so.6 libmvec.so.1 libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libresolv.so.2 libanl.so.1
	libnss_files.so.2 libnss_dns.so.2 libnss_compat.so.2 libBrokenLocale.so.1 libthread_db.so.1 libgcc_s.so.1
	libcrypt.so.1
)
COMPILER_LIBRARIES=( libstdc++.so.6 libatomic.so.1 libgomp.so.1 )

src_install() {
	find_host_compiler

	local name
	exeinto /lib64
	for name in "${C_LIBRARIES[@]}"; do
		import_library "${name}" /lib64
	done
	for name in "${COMPILER_LIBRARIES[@]}"; do
		import_library "${name}" /usr/lib64
	done
	[[ -e ${ED}/lib64/libc.so.6 ]] || die "the compiler ${HOST_CC} has no libc.so.6"
	[[ -e ${ED}/usr/lib64/libstdc++.so.6 ]] || die "the compiler ${HOST_CC} has no libstdc++.so.6"
}

# import_library SONAME DIRECTORY: copies it and keeps what it needs inside the prefix
import_library() {
	local file
	file=$(compiler_file "${1}") || return 0
	exeinto "${2}"
	newexe "${file}" "${1}"
	# Loader and libc need nothing; patching them would break them.
	case ${1} in
		ld-linux* | libc.so.6) return 0 ;;
	esac
	patchelf --force-rpath --set-rpath "${EPREFIX}/usr/lib64:${EPREFIX}/lib64" "${ED}${2}/${1}" ||
		die "patchelf cannot change ${1}"
}
