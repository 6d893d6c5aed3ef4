# eapply and eapply_user. Source: PMS, "Patch commands", algorithm "eapply logic".

eapply() {
	(( __CAN_EAPPLY )) || die "eapply: not available in EAPI ${EAPI}"
	local -a options=() files=()
	__eapply_arguments "$@" || return
	(( ${#files[@]} )) || { __failed eapply "names no file"; return; }

	local file patch
	for file in "${files[@]}"; do
		if [[ -d ${file} ]]; then
			local -a patches=()
			__patches_of "${file}"
			(( ${#patches[@]} )) || { __failed eapply "no *.patch or *.diff in \`${file}\`"; return; }
			einfo "Applying patches from ${file} ..."
			for patch in "${patches[@]}"; do
				__eapply_one "${patch}" || return
			done
		else
			__eapply_one "${file}" || return
		fi
	done
	return 0
}

__eapply_arguments() {
	local argument
	if has -- "$@"; then
		while [[ ${1} != -- ]]; do
			options+=("${1}")
			shift
		done
		shift
		files=("$@")
		return 0
	fi
	for argument; do
		if [[ ${argument} != -* ]]; then
			files+=("${argument}")
		elif (( ${#files[@]} )); then
			__failed eapply "option \`${argument}\` stands behind a file"
			return
		else
			options+=("${argument}")
		fi
	done
	return 0
}

__patches_of() {
	local LC_ALL=C file
	for file in "${1}"/*; do
		[[ ${file} == *.patch || ${file} == *.diff ]] && patches+=("${file}")
	done
	return 0
}

__eapply_one() {
	ebegin "Applying ${1##*/}"
	local output
	output=$(patch -p1 -f -g0 --no-backup-if-mismatch "${options[@]}" < "${1}" 2>&1)
	local -i status=$?
	if (( status )); then
		printf '%s\n' "${output}" >&2
		eend 1
		__failed eapply "\`${1##*/}\` does not apply"
		return
	fi
	eend 0
}

# Patches of the user are not supported; the command still has to be called once.
eapply_user() {
	(( __CAN_EAPPLY )) || die "eapply_user: not available in EAPI ${EAPI}"
	[[ ${EBUILD_PHASE} == prepare ]] || die "eapply_user: belongs into src_prepare"
	: > "${__E_T}/.eapply_user_called"
}
