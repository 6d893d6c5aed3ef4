# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

# @ECLASS: starter.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: What the packages of this overlay have in common
# @DESCRIPTION:
# Every package here ends in a read-only image that runs without any file of its host. So no static library, no
# libtool archive, no message catalogue and, unless asked for, no manual page is installed, and a file that names the
# build folder or starts an interpreter from outside the prefix is an error instead of a surprise on the target.

case ${EAPI} in
	8) ;;
	*) die "${ECLASS}: EAPI ${EAPI} is not supported" ;;
esac

if [[ -z ${_STARTER_ECLASS} ]]; then
_STARTER_ECLASS=1

IUSE="man"

# @FUNCTION: starter_cc
# @DESCRIPTION:
# Prints the C compiler for the target.
starter_cc() {
	printf '%s\n' "${CC:-${CHOST}-gcc}"
}

# @FUNCTION: starter_build_cc
# @DESCRIPTION:
# Prints the C compiler whose programs run on the build machine.
starter_build_cc() {
	printf '%s\n' "${BUILD_CC:-gcc}"
}

# @FUNCTION: starter_cross
# @DESCRIPTION:
# Succeeds if programs built for the target cannot be started while building.
starter_cross() {
	[[ -n ${CBUILD} && ${CBUILD} != "${CHOST}" ]]
}

# @FUNCTION: starter_objects
# @USAGE: <compiler flag>... -- <C file>...
# @DESCRIPTION:
# Compiles each file to an object beside it, with the jobs of MAKEOPTS.
starter_objects() {
	local flags=()
	while [[ $# -gt 0 && $1 != -- ]]; do
		flags+=( "$1" )
		shift
	done
	shift

	set -- "${@/%.c/.o}"
	printf 'all: %s\n%%.o: %%.c\n\t@echo "  compile $<"\n\t@$(COMPILE) -c -o $@ $<\n' "$*" > "${T}/objects.mk" || die
	flags=( "$(starter_cc)" ${CPPFLAGS} ${CFLAGS} "${flags[@]}" )
	echo "${flags[*]} -c"
	emake -f "${T}/objects.mk" COMPILE="${flags[*]@Q}" all
}

# @FUNCTION: starter_shared
# @USAGE: <library file> <soname> <object or linker flag>...
# @DESCRIPTION:
# Links a shared library and makes the two links beside it: by soname and, for the linker, without version.
starter_shared() {
	local file=$1 soname=$2
	shift 2
	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS} -shared -Wl,-soname,"${soname}" -o "${file}" "$@"
	echo "$*"
	"$@" || die "linking ${file} failed"
	[[ ${file} == "${soname}" ]] || ln -sf "${file}" "${soname}" || die
	ln -sf "${soname}" "${file%%.so*}.so" || die
}

# @FUNCTION: starter_pkgconfig
# @USAGE: <name> <description> <version> <libs>
# @DESCRIPTION:
# Installs a pkg-config file for a library whose build system has none.
starter_pkgconfig() {
	cat > "${T}/$1.pc" <<-EOF || die
		prefix=${EPREFIX}/usr
		libdir=\${prefix}/$(get_libdir)
		includedir=\${prefix}/include

		Name: $1
		Description: $2
		Version: $3
		Libs: -L\${libdir} $4
		Cflags: -I\${includedir}
	EOF
	insinto "/usr/$(get_libdir)/pkgconfig"
	doins "${T}/$1.pc"
}

# @FUNCTION: starter_finish_image
# @DESCRIPTION:
# Removes what no prefix needs and stops at anything that would tie the image to the machine that built it.
starter_finish_image() {
	local share=${ED}/usr/share file first bad=()

	rm -rf "${share}"/{doc,info,locale,gtk-doc} || die
	use man || rm -rf "${share}/man" || die
	find "${ED}" -type f \( -name '*.la' -o -name '*.a' ! -name '*_nonshared.a' \) -delete || die
	find "${ED}" -mindepth 1 -type d -empty -delete || die

	while IFS= read -r -d '' file; do
		IFS= LC_ALL=C read -r -n 256 first < "${file}" 2>/dev/null || [[ -n ${first} ]] || continue
		[[ ${first} == '#!'* && ${first} =~ ^'#!'[[:space:]]*(/[^[:space:]]*) ]] || continue
		[[ ${BASH_REMATCH[1]} == "${EPREFIX}"/* ]] || bad+=( "${file#"${ED}"} (${first})" )
	done < <(find "${ED}" -type f -print0)
	[[ ${#bad[@]} -eq 0 ]] || die "interpreter outside the prefix: ${bad[*]}"

	mapfile -t bad < <(grep -rlaF -e "${WORKDIR}" -e "${D}/" "${ED}" | sed "s:^${ED}::")
	[[ ${#bad[@]} -eq 0 ]] || die "build folder named in: ${bad[*]}"
}

# @FUNCTION: starter_src_install
# @DESCRIPTION:
# `make install`, then the checks.
starter_src_install() {
	emake DESTDIR="${D}" install
	starter_finish_image
}

fi

EXPORT_FUNCTIONS src_install
