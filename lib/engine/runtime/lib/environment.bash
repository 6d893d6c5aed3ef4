# Saving and restoring what phases leave behind. Source: PMS, "The state of variables between functions".
# A saved environment is a file that bash can source: `declare` lines and functions, without what the package manager
# itself sets anew for every phase.

# __is_unsaved NAME: patterns of `case`, because a regular expression would be compiled for each variable
__is_unsaved() {
	case ${1} in
		BASH* | COMP_* | DIRSTACK | EPOCH* | EUID | FUNCNAME | GROUPS | HIST* | HOSTNAME | HOSTTYPE | IFS | LINENO | MACHTYPE | \
			OLDPWD | OPTARG | OPTERR | OPTIND | OSTYPE | PATH | PIPESTATUS | POSIXLY_CORRECT | PPID | PS[0-4] | PWD | RANDOM | \
			SECONDS | SHELL | SHELLOPTS | SHLVL | SRANDOM | TERM | UID | _ | __*) ;;
		# of phases with a network
		http_proxy | https_proxy | ftp_proxy | all_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | ALL_PROXY | NO_PROXY | \
			GIT_PROXY_COMMAND | SSL_CERT_FILE | CURL_CA_BUNDLE | GIT_SSL_CAINFO | CARGO_HTTP_CAINFO | REQUESTS_CA_BUNDLE) ;;
		A | AA | BROOT | D | DISTDIR | EBUILD | EBUILD_PHASE | EBUILD_PHASE_FUNC | ECLASS | ED | EPREFIX | EROOT | ESYSROOT | \
			FILESDIR | CCACHE_DISABLE | HOME | LC_ALL | MAKEFLAGS | MAKEOPTS | MERGE_TYPE | REPLACED_BY_VERSION | \
			REPLACING_VERSIONS | ROOT | SOURCE_DATE_EPOCH | SYSROOT | T | TMPDIR | TZ | WORKDIR) ;;
		*) return 1 ;;
	esac
}

# __names_of KIND: fills __names with what compgen knows, in the order of their bytes, as bash keeps them. Substitution, because
# a shell reads lines out of a pipe byte by byte.
__names_of() {
	local IFS=$'\n'
	set -f
	# shellcheck disable=SC2207
	__names=($(compgen -A "${1}"))
	set +f
}

# Names of the functions that belong to the runtime; everything defined later belongs to the ebuild.
__remember_runtime_functions() {
	local __name
	local -a __names
	declare -gA __runtime_functions=()
	__names_of function
	for __name in "${__names[@]}"; do
		__runtime_functions[${__name}]=1
	done
}

# __save_variables [NAME]: writes to stdout; NAME is saved whatever it is
__save_variables() {
	local __name
	local -a __names __saved=()
	__names_of variable
	for __name in "${__names[@]}"; do
		__is_unsaved "${__name}" && [[ ${__name} != "${1}" ]] && continue
		# references and read-only variables cannot be restored
		[[ ${!__name@a} == *[rn]* ]] && continue
		__saved+=("${__name}")
	done
	(( ${#__saved[@]} == 0 )) || declare -p "${__saved[@]}" 2> /dev/null
	return 0
}

# __keep_variables: leaves the variables in T, for phases and shells that go on from here. It comes behind every phase, so
# it is one builtin; what of it counts is found when it is read.
__keep_variables() {
	{ declare -p >| "${__E_T}/variables"; } 2> /dev/null
	return 0
}

# __kept_variables: writes the variables that __keep_variables left, as a shell of its own understands them
__kept_variables() {
	env -i "${BASH}" --norc --noprofile -c 'source "${1}" 2> /dev/null; source "${2}"; __save_variables PATH' \
		bash "${__E_T}/variables" "${__RUNTIME}/lib/environment.bash"
}

# __save_environment: writes to stdout
__save_environment() {
	local __name
	local -a __names __saved=()
	__save_variables
	__names_of function
	for __name in "${__names[@]}"; do
		[[ -n ${__runtime_functions[${__name}]-} || ${__name} == default || ${__name} == default_* ]] && continue
		__saved+=("${__name}")
	done
	(( ${#__saved[@]} == 0 )) || declare -f "${__saved[@]}"
	return 0
}

# __plain_environment FILE: sets __plain to a file that can be sourced, outside of any function, or its variables
# would be local ones.
__plain_environment() {
	__plain=${1}
	if [[ ${1} == *.bz2 ]]; then
		__plain=${__E_T}/environment
		bzip2 -dc "${1}" > "${__plain}" || die "cannot read the saved environment \`${1##*/}\`"
	fi
}
