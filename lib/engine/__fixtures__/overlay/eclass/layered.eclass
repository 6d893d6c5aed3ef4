inherit base-layer

IUSE="layered"
DEPEND="dev-test/of-layered"

layered_src_compile() {
	base-layer_src_compile
	echo "layered" >> order || die
}

EXPORT_FUNCTIONS src_compile
