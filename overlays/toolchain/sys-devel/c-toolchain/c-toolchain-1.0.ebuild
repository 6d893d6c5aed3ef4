# Copyright 2026 Prefix Studio contributors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit host-compiler

DESCRIPTION="Headers, start files and compiler wrappers with which packages link only against the prefix"
HOMEPAGE="https://www.gnu.org/software/libc/ https://gcc.gnu.org/"
S=${WORKDIR}

LICENSE="LGPL-2.1+ GPL-2 || ( GPL-3+ gcc-runtime-library-exception-3.1 )"
SLOT="0"
KEYWORDS="amd64 arm64"
RESTRICT="strip"

RDEPEND="sys-libs/c-runtime"

TOOLCHAIN=/usr/libexec/c-toolchain

src_install() {
	source "${FILESDIR}/headers.bash" || die
	find_host_compiler
	install_objects
	install_linker_scripts
	install_headers
	install_wrappers
	dostrip -x /
}

# Start files and static parts: of the C library into usr/lib64, of the compiler into a folder of its own.
install_objects() {
	local name file
	insinto /usr/lib64
	for name in crt1.o Scrt1.o rcrt1.o gcrt1.o grcrt1.o Mcrt1.o crti.o crtn.o libc_nonshared.a libc.a libm.a libmvec.a \
		libpthread.a libdl.a librt.a libutil.a libanl.a libresolv.a libg.a libmcheck.a libBrokenLocale.a; do
		file=$(compiler_file "${name}") || continue
		# libm.a may be a linker script with absolute names; install_linker_scripts writes it anew
		[[ $(head -c 2 "${file}") == '/*' ]] || newins "${file}" "${name}"
	done
	# glibc without a libm-2.*.a: the script names it
	for file in "$(dirname "$(compiler_file libm.so.6)")"/../../usr/lib/*/libm-*.a "$(dirname "$(compiler_file crt1.o)")"/libm-*.a; do
		[[ -f ${file} ]] || continue
		doins "${file}"
		LIBM_ARCHIVE=${file##*/}
	done
	insinto "${TOOLCHAIN}/lib"
	for name in crtbegin.o crtbeginS.o crtbeginT.o crtend.o crtendS.o crtfastmath.o crtprec32.o crtprec64.o crtprec80.o \
		crtoffloadbegin.o crtoffloadend.o crtoffloadtable.o libgcc.a libgcc_eh.a libgcov.a libstdc++.a libstdc++fs.a \
		libsupc++.a libatomic.a libgomp.a libgomp.spec libssp_nonshared.a; do
		file=$(compiler_file "${name}") || continue
		newins "${file}" "${name}"
	done
}

# Linker scripts and links without version, with names that are looked up inside the prefix.
install_linker_scripts() {
	local loader library
	case ${CHOST} in
		x86_64-*) loader=ld-linux-x86-64.so.2 ;;
		aarch64-*) loader=ld-linux-aarch64.so.1 ;;
		*) die "no loader known for ${CHOST}" ;;
	esac
	newins - libgcc_s.so <<< "GROUP ( libgcc_s.so.1 -lgcc )"
	insinto /usr/lib64
	newins - libc.so <<< "GROUP ( libc.so.6 libc_nonshared.a AS_NEEDED ( ${loader} ) )"
	if compiler_file libmvec.so.1 > /dev/null; then
		newins - libm.so <<< "GROUP ( libm.so.6 AS_NEEDED ( libmvec.so.1 ) )"
		[[ -n ${LIBM_ARCHIVE} ]] && newins - libm.a <<< "GROUP ( ${LIBM_ARCHIVE} libmvec.a )"
		dosym ../../lib64/libmvec.so.1 /usr/lib64/libmvec.so
	else
		dosym ../../lib64/libm.so.6 /usr/lib64/libm.so
	fi
	for library in libresolv.so.2 libanl.so.1 libthread_db.so.1 libBrokenLocale.so.1 libcrypt.so.1; do
		compiler_file "${library}" > /dev/null && dosym "../../lib64/${library}" "/usr/lib64/${library%.so.*}.so"
	done
	for library in libstdc++.so.6 libatomic.so.1 libgomp.so.1; do
		compiler_file "${library}" > /dev/null && dosym "${library}" "/usr/lib64/${library%.so.*}.so"
	done
}

install_wrappers() {
	local bin=${TOOLCHAIN}/bin name path version
	version=$("${HOST_CC}" -dumpversion)
	exeinto "${bin}"
	wrapper compiler.sh "${CHOST}-gcc" "${HOST_CC}"
	wrapper compiler.sh "${CHOST}-g++" "${HOST_CXX}"
	wrapper pkg-config.sh "${CHOST}-pkg-config" "$(HOST_TOOLS= host_tool pkg-config || HOST_TOOLS= host_tool pkgconf)"
	newexe - "${CHOST}-cpp" <<< "#!/bin/sh
exec ${EPREFIX}${bin}/${CHOST}-gcc -E \"\$@\""
	dosym "${CHOST}-gcc" "${bin}/${CHOST}-cc"
	dosym "${CHOST}-g++" "${bin}/${CHOST}-c++"
	for name in ar as nm ranlib strip objcopy objdump readelf size strings addr2line c++filt gcc-ar gcc-nm gcc-ranlib gcov; do
		path=$(host_tool "${name}") || continue
		dosym "${path}" "${bin}/${CHOST}-${name}"
	done
	exeinto "${TOOLCHAIN}/ld"
	for name in ld ld.bfd ld.gold; do
		path=$(host_tool "${name}") || continue
		wrapper linker.sh "${name}" "${path}"
	done
	dosym ../ld/ld "${bin}/${CHOST}-ld"
	# A makefile that says plain `gcc` gets the prefix as well, unless programs for the build machine are meant.
	if [[ -z ${HOST_TOOLS} ]]; then
		for name in gcc g++ cc c++ cpp ld pkg-config; do
			dosym "${CHOST}-${name}" "${bin}/${name}"
		done
	fi
}

# wrapper TEMPLATE NAME PROGRAM
wrapper() {
	[[ -n ${3} ]] || return 0
	sed -e "s|@PROGRAM@|${3}|g" -e "s|@EPREFIX@|${EPREFIX}|g" -e "s|@TOOLCHAIN@|${EPREFIX}${TOOLCHAIN}|g" \
		-e "s|@CXX_INCLUDE@|$(cxx_include_path)|g" -e "s|@LOADER@|${EPREFIX}/lib64/$(loader_name)|g" \
		"${FILESDIR}/${1}" > "${T}/${2}" || die
	doexe "${T}/${2}"
}

loader_name() {
	case ${CHOST} in
		x86_64-*) echo ld-linux-x86-64.so.2 ;;
		*) echo ld-linux-aarch64.so.1 ;;
	esac
}
