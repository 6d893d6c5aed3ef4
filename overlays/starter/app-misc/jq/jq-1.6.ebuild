# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Takes JSON apart, filters it and puts it together again"
HOMEPAGE="https://jqlang.github.io/jq/"
# The source archive's own repack of the tag; the same files.
SRC_URI="mirror://debian/pool/main/j/${PN}/${PN}_${PV}.orig.tar.gz"
S="${WORKDIR}/jq-${P}"

LICENSE="MIT"
SLOT="0/1"
KEYWORDS="amd64 arm64"
IUSE="+oniguruma"

RDEPEND="oniguruma? ( dev-libs/oniguruma:= )"
DEPEND="${RDEPEND}"

# Functions of libm that jq offers and glibc has
MATH=(
	acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh drem erf erfc exp exp10 exp2 expm1 fabs fdim
	floor fma fmax fmin fmod frexp gamma hypot j0 j1 jn ldexp lgamma lgamma_r log log10 log1p log2 logb modf nearbyint
	nextafter nexttoward pow remainder rint round scalb scalbln significand sin sinh sqrt tan tanh tgamma trunc y0 y1 yn
)

src_compile() {
	# The archive of the tag has no configure script; these are its answers on Linux with glibc.
	local name flags=(
		-std=gnu99 -D_GNU_SOURCE -fPIC -I..
		-DIEEE_8087=1 -DHAVE___THREAD=1 -DHAVE_TM_TM_GMT_OFF=1 -DHAVE_ALLOCA_H=1 -DHAVE_MEMMEM=1 -DHAVE_MKSTEMP=1
		-DHAVE_ISATTY=1 -DHAVE_STRPTIME=1 -DHAVE_STRFTIME=1 -DHAVE_TIMEGM=1 -DHAVE_GMTIME=1 -DHAVE_GMTIME_R=1
		-DHAVE_LOCALTIME=1 -DHAVE_LOCALTIME_R=1 -DHAVE_GETTIMEOFDAY=1
		$(usev oniguruma -DHAVE_LIBONIG=1)
	)
	for name in "${MATH[@]}"; do
		flags+=( -DHAVE_${name^^}=1 )
	done

	cd src || die
	echo "#define JQ_VERSION \"${PV}\"" > version.h || die
	# the library of functions written in jq, as a C string
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' builtin.jq > builtin.inc || die

	local library=( builtin bytecode compile execute jq_test jv jv_alloc jv_aux jv_dtoa jv_file jv_parse jv_print
		jv_unicode linker locfile util lexer parser )
	starter_objects "${flags[@]}" -- "${library[@]/%/.c}" main.c
	printf '{ global: jq_*; jv_*; local: *; };\n' > exports || die
	starter_shared libjq.so.1.0.4 libjq.so.1 "${library[@]/%/.o}" -Wl,--version-script=exports \
		$(usev oniguruma -lonig) -lm
	# the program uses one function that the library keeps to itself, so it is linked as a whole, as upstream does
	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS} -o jq main.o "${library[@]/%/.o}" $(usev oniguruma -lonig) -lm
	"$@" || die
}

src_install() {
	dobin src/jq
	dolib.so src/libjq.so.1.0.4 src/libjq.so.1 src/libjq.so
	doheader src/jq.h src/jv.h
	starter_finish_image
}
