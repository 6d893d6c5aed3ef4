# Events to the engine: fields end with the unit separator, records with the record separator.
__unit=$'\x1f' __record=$'\x1e'

# __event KIND FIELD…: does nothing when nobody listens
__event() {
	[[ -n ${__EVENT_FD} && -e /proc/self/fd/${__EVENT_FD} ]] || return 0
	local field text=
	for field; do
		field=${field//[${__unit}${__record}]/}
		text+=${field}${__unit}
	done
	printf '%s' "${text}${__record}" >&"${__EVENT_FD}"
	return 0
}
