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
	libnss_files.so.2 libnss_dns.so.2 libnss_compat.so.2 libnss_hesiod.so.2 libBrokenLocale.so.1 libthread_db.so.1 libgcc_s.so.1
	libcrypt.so.1
)
COMPILER_LIBRARIES=( libstdc++.so.6 libatomic.so.1 libgomp.so.1 )

CONVERSIONS=/usr/lib64/gconv

# Most of them share their largest parts.
LOCALES=( C en_US en_GB de_DE es_ES fr_FR it_IT pt_BR )

src_compile() {
	local folder=${WORKDIR}/usr/lib/locale name
	mkdir -p "${folder}" "${WORKDIR}/locales" || die
	if ! type -P localedef > /dev/null; then
		ewarn "This machine has no localedef: programs of the prefix know no locale but C, and no UTF-8."
		return 0
	fi
	for name in "${LOCALES[@]}"; do
		locale_source "${name}" > "${WORKDIR}/locales/${name}" || rm -f "${WORKDIR}/locales/${name}"
	done
	printf '%s\n' "${LOCALES[@]}" | xargs -P "$(nproc)" -I '{}' localedef --no-archive --no-warnings=ascii,intcurrsym \
		-i "${WORKDIR}/locales/{}" -f UTF-8 "${WORKDIR}/locales/{}.utf8" 2> "${T}/localedef.log"
	for name in "${LOCALES[@]}"; do
		if has_locale "${name}" && has_usual_order "${name}" && has_locale en_US; then
			cp "${WORKDIR}"/locales/{en_US,"${name}"}.utf8/LC_COLLATE || die
		fi
	done
	for name in "${LOCALES[@]}"; do
		has_locale "${name}" || borrow_locale "${name}" || continue
		localedef --prefix="${WORKDIR}" --add-to-archive "${WORKDIR}/locales/${name}.utf8" > /dev/null || die
	done
}

# has_usual_order NAME: it sorts as en_US does, which takes most of the time to compile
has_usual_order() {
	[[ ${1} != en_US ]] && cmp -s <(order_of "${1}") <(order_of en_US)
}

# order_of NAME: how it sorts, without comments and empty lines
order_of() {
	sed -n '/^LC_COLLATE/,/^END LC_COLLATE/ { /^%/d; /^[[:space:]]*$/d; p }' "/usr/share/i18n/locales/${1}"
}

# locale_source NAME: prints it; what is as in en_US is put in later
locale_source() {
	local file=/usr/share/i18n/locales/${1}
	[[ -s ${file} ]] || return 1
	if has_usual_order "${1}"; then
		sed '/^LC_COLLATE/,/^END LC_COLLATE/ { /^LC_COLLATE/a copy "POSIX"
			/LC_COLLATE/!d }' "${file}"
	else
		cat "${file}"
	fi
}

# has_locale NAME: localedef made it
has_locale() {
	[[ -s ${WORKDIR}/locales/${1}.utf8/LC_CTYPE ]]
}

# borrow_locale NAME: as this machine has it; else the conventions of C, so that at least its UTF-8 is there
borrow_locale() {
	local source
	for source in /usr/lib/locale/"${1}".{utf8,UTF-8} "${WORKDIR}/locales/C.utf8"; do
		[[ -s ${source}/LC_CTYPE ]] || continue
		rm -rf "${WORKDIR}/locales/${1}.utf8"
		cp -rL "${source}" "${WORKDIR}/locales/${1}.utf8" || die
		[[ ${1} != C && ${source} == */C.utf8 ]] &&
			ewarn "No sources of locales (Debian: locales, Fedora: glibc-locale-source): ${1}.UTF-8 has the conventions of C.UTF-8."
		return 0
	done
	ewarn "No locale ${1}.UTF-8 in the prefix: neither its sources nor a compiled one are on this machine."
	return 1
}

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
	install_conversions
	insinto /usr/lib/locale
	[[ -s ${WORKDIR}/usr/lib/locale/locale-archive ]] && doins "${WORKDIR}/usr/lib/locale/locale-archive"
	insinto /etc
	doins "${FILESDIR}/nsswitch.conf"
	local said
	said=$(perl "${FILESDIR}/own-paths.pl" "${EPREFIX}" "${ED}"/lib64/ld-linux* "${ED}/lib64/libc.so.6") ||
		die "the paths of loader and C library cannot be changed"
	printf '%s\n' "${said}"
	[[ ${said} != *$'\n'left* && ${said} != left* ]] || ewarn "Paths of this machine stay in the C library:
$(grep '^left' <<< "${said}")"
}

# Conversions between character sets, but those of mainframes, with a table that names the folder.
install_conversions() {
	local from name
	from=$(dirname "$(compiler_file libc.so.6)")/gconv
	if [[ ! -e ${from}/gconv-modules ]]; then
		ewarn "No modules of iconv beside the C library of ${HOST_CC}: UTF-8, ASCII and UCS only."
		return 0
	fi
	exeinto "${CONVERSIONS}"
	for name in "${from}"/*.so; do
		case ${name##*/} in
			IBM437.so | IBM8[56]*.so) ;;
			IBM* | EBCDIC*) continue ;;
		esac
		doexe "${name}"
	done
	insinto "${CONVERSIONS}"
	doins -r "${from}"/gconv-modules{,.d}
	patchelf --force-rpath --set-rpath "${EPREFIX}${CONVERSIONS}:${EPREFIX}/lib64" "${ED}${CONVERSIONS}"/*.so ||
		die "patchelf cannot change modules of iconv"
	if type -P iconvconfig > /dev/null; then
		iconvconfig --nostdlib --prefix="${D}" -o "${ED}${CONVERSIONS}/gconv-modules.cache" "${EPREFIX}${CONVERSIONS}" || die
		fperms 0644 "${CONVERSIONS}/gconv-modules.cache"
	else
		ewarn "This machine has no iconvconfig: iconv in the prefix knows UTF-8, ASCII and UCS only."
	fi
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
