# try: source files from the disk and from this machine
# outcome: any
EAPI=8
inherit hostile
SRC_URI="file://@CANARY@/secret -> secret.tar http://127.0.0.1:@PORT@/secret -> other.tar http://localhost:@PORT@/../x -> ../../escape"
