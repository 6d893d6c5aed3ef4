# What every external command of the runtime starts with. Its settings come from the ebuild's shell by exported variables.
# __new_name: set by newins and the like for the helper that they go on as.
# __next_helper: a helper that is another one with a file of its own (newins: doins) goes on as that in a subshell.
if [[ -z ${__next_helper} ]]; then
	source "${__RUNTIME}/lib/eapi.bash" || exit 2
	__eapi_load "${__E_EAPI}" || exit 2
	EAPI=${__E_EAPI} EBUILD_PHASE=${__E_PHASE}
fi
__name=${__next_helper:-${0##*/}}

# What only a failure needs is read when there is one: a build starts hundreds of helpers.
if [[ -z ${__next_helper} ]]; then
	__read_failure() {
		local part
		for part in event messages failure lists; do
			source "${__RUNTIME}/lib/${part}.bash" || exit 2
		done
	}
	die() { __read_failure; die "$@"; }
	__failed() { __read_failure; __failed "$@"; }
fi

# fail MESSAGE: ends the helper, and the build where the EAPI wants that
fail() {
	__failed "${__name}" "${1}"
	exit 1
}

case " ${__EAPI_BANNED} " in
	*" ${__name} "*) die "${__name}: banned in EAPI ${EAPI}" ;;
esac

# need_files "$@": an install command without a file is an error
need_files() { (( $# )) || fail "names no file"; }

# image_path PATH: PATH below ED
image_path() { printf '%s' "${__E_ED}/${1#/}"; }

# make_dir PATH: below ED, with the options of diropts
make_dir() {
	# shellcheck disable=SC2086
	install -d ${__E_DIROPTIONS} -- "${__E_ED}/${1#/}" || fail "cannot create \`${1}\`"
}

# make_parent PATH: below ED, with plain `install -d`; one that is there stays as it is, as in Portage
make_parent() {
	[[ -d ${__E_ED}/${1#/} ]] || install -d -- "${__E_ED}/${1#/}" || fail "cannot create \`${1}\`"
}

# put_files OPTIONS DIRECTORY FILE…: into a directory that is there; the one file of newins and the like gets its new name
put_files() {
	local options=${1} directory=${__E_ED}/${2#/}/
	shift 2
	# shellcheck disable=SC2086
	if [[ -n ${__new_name} ]]; then
		install ${options} -T -- "${1}" "${directory}${__new_name}"
	else
		install ${options} -- "$@" "${directory}"
	fi
}

# install_files OPTIONS DIRECTORY FILE…: goes on after a missing file, and fails at the end
install_files() {
	local options=${1} directory=${2} file
	shift 2
	local -a missing=() present=()
	for file; do
		if [[ -f ${file} ]]; then
			present+=("${file}")
		else
			missing+=("${file}")
		fi
	done
	if (( ${#present[@]} )); then
		put_files "${options}" "${directory}" "${present[@]}" || fail "cannot install into \`${directory}\`"
	fi
	for file in "${missing[@]}"; do
		if [[ -d ${file} ]]; then
			fail "\`${file}\` is a directory"
		else
			fail "\`${file}\` does not exist"
		fi
	done
}
