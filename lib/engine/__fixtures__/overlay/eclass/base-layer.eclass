IUSE="base"
DEPEND="dev-test/of-base"

base-layer_src_compile() { echo "base" >> order || die; }
base-layer_src_test() { :; }

EXPORT_FUNCTIONS src_compile src_test
