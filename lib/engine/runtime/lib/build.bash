# econf, get_libdir, edo, einstalldocs. Source: PMS, "Build commands" and "Misc commands".

# __libdir: sets __libdir_name, empty when the profile does not say
__libdir() {
	__libdir_name=
	[[ -n ${ABI-} ]] || return 0
	local variable=LIBDIR_${ABI}
	__libdir_name=${!variable-}
}

get_libdir() {
	local __libdir_name
	__libdir
	echo "${__libdir_name:-lib}"
}

econf() {
	local script=${ECONF_SOURCE:-.}/configure
	local -x CONFIG_SHELL=${CONFIG_SHELL:-/bin/bash}
	if [[ ! -x ${script} ]]; then
		if [[ -f ${script} ]]; then
			__failed econf "\`${script}\` is not executable"
		else
			__failed econf "there is no \`${script}\`"
		fi
		return
	fi
	__refresh_config_scripts

	# the file says itself what it is for; a script for the plain shell gets the one that CONFIG_SHELL names, here and on
	# Gentoo's own systems a bash
	local -a command=("${script}")
	local first
	IFS= read -r -n 200 first < "${script}" 2> /dev/null
	[[ ${first} =~ ^'#!'[[:space:]]*/bin/sh([[:space:]]|$) ]] && command=("${CONFIG_SHELL}" "${script}")

	local -a arguments=()
	__econf_options "$@"
	arguments+=("$@")
	local extra
	[[ -n ${EXTRA_ECONF-} ]] && eval "extra=(${EXTRA_ECONF})" && arguments+=("${extra[@]}")

	printf '%s' "${script}" >&2
	printf ' %q' "${arguments[@]}" >&2
	echo >&2
	"${command[@]}" "${arguments[@]}" || {
		local -i status=$?
		if [[ -s config.log ]]; then
			einfo "config.log is at ${PWD}/config.log"
		fi
		__failed econf "configure failed with status ${status}"
	}
}

# Fills `arguments` with the options that the EAPI wants before those of the caller.
__econf_options() {
	local help
	help=$("${command[@]}" --help 2> /dev/null)

	arguments+=(
		--prefix="${EPREFIX}/usr"
		${CBUILD:+--build="${CBUILD}"}
		--host="${CHOST}"
		${CTARGET:+--target="${CTARGET}"}
		--mandir="${EPREFIX}/usr/share/man"
		--infodir="${EPREFIX}/usr/share/info"
		--datadir="${EPREFIX}/usr/share"
		--sysconfdir="${EPREFIX}/etc"
		--localstatedir="${EPREFIX}/var/lib"
	)
	(( __CAN_ECONF_DATAROOTDIR )) && __help_names --datarootdir && arguments+=(--datarootdir="${EPREFIX}/usr/share")
	(( __CAN_ECONF_DOCDIR )) && __help_names --docdir && arguments+=(--docdir="${EPREFIX}/usr/share/doc/${PF}")
	(( __CAN_ECONF_DOCDIR )) && __help_names --htmldir && arguments+=(--htmldir="${EPREFIX}/usr/share/doc/${PF}/html")
	(( __CAN_ECONF_SYSROOT )) && __help_has_word --with-sysroot && arguments+=(--with-sysroot="${ESYSROOT:-/}")
	(( __CAN_ECONF_DEPENDENCY_TRACKING )) && __help_has_word --disable-dependency-tracking &&
		arguments+=(--disable-dependency-tracking)
	(( __CAN_ECONF_SILENT_RULES )) && __help_has_word --disable-silent-rules && arguments+=(--disable-silent-rules)
	(( __CAN_ECONF_STATIC )) && __help_has_word --enable-static && __help_has_word --enable-shared &&
		arguments+=(--disable-static)
	__econf_libdir "$@"
}

__help_names() { [[ ${help} == *"${1}"* ]]; }

# options with on and off forms count only as whole words
__help_has_word() { [[ ${help} =~ ${1}([^A-Za-z0-9+_.-]|$) ]]; }

__econf_libdir() {
	local __libdir_name prefix=${EPREFIX}/usr exec= argument
	__libdir
	[[ -n ${__libdir_name} ]] || return 0
	for argument; do
		case ${argument} in
			--exec-prefix=*) exec=${argument#*=} ;;
			--prefix=*) prefix=${argument#*=} ;;
		esac
	done
	arguments+=(--libdir="${exec:-${prefix}}/${__libdir_name}")
}

# Old releases carry config.guess and config.sub that do not know today's machines. All copies in the sources are replaced:
# nested packages are configured by scripts of their own. Each is moved into place, as builds of several ABIs run at once.
__refresh_config_scripts() {
	local source name file
	for source in "${EPREFIX}/usr/share/gnuconfig" "${BROOT}"/usr/share/{gnuconfig,misc}; do
		[[ -r ${source}/config.sub && -r ${source}/config.guess ]] || continue
		while IFS= read -r -d '' file; do
			name=${file##*/}
			cmp -s "${source}/${name}" "${file}" && continue
			cp -f "${source}/${name}" "${file}.${BASHPID}" && mv -f "${file}.${BASHPID}" "${file}" ||
				ewarn "\`${file#"${WORKDIR}"/}\` could not be replaced by a newer one"
		done < <(find "${WORKDIR}" -type f '(' -name config.guess -o -name config.sub ')' -print0)
		return 0
	done
}

edo() {
	(( $# )) || die "edo: needs a command"
	printf '%q ' "$@" >&2
	echo >&2
	"$@" || die -n "edo: \`${*@Q}\` failed with status $?"
}

einstalldocs() {
	local outer=${__E_DOCINTO}
	__install_docs
	local -i status=$?
	__E_DOCINTO=${outer}
	return "${status}"
}

__install_docs() {
	local file
	__E_DOCINTO=
	if ! declare -p DOCS &> /dev/null; then
		for file in README* ChangeLog AUTHORS NEWS TODO CHANGES THANKS BUGS FAQ CREDITS CHANGELOG; do
			if [[ -f ${file} && -s ${file} ]]; then
				dodoc "${file}" || return
			fi
		done
	else
		__install_docs_of DOCS || return
	fi
	__E_DOCINTO=html
	__install_docs_of HTML_DOCS
}

# __install_docs_of VARIABLE: an array or a list of words, with patterns expanded as in the ebuild
__install_docs_of() {
	local -a files=()
	if [[ ${!1@a} == *a* ]]; then
		local -n __array=${1}
		files=("${__array[@]}")
	else
		# shellcheck disable=SC2206
		files=(${!1-})
	fi
	(( ${#files[@]} )) || return 0
	dodoc -r "${files[@]}"
}
