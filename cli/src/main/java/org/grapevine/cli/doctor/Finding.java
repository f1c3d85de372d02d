package org.grapevine.cli.doctor;

/**
 * What a check found.
 *
 * @param check its name for people and programs
 * @param subject what was looked at, such as an interface
 * @param remedy what to do; empty if all is well
 */
record Finding(Status status, String check, String subject, String what, String remedy) {

    /** How bad it is. */
    enum Status {
        OK("ok"),
        /** Works, and may not be what was meant. */
        WARN("warn"),
        /** Devices or clients will not work so. */
        FAIL("fail");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Finding ok(String check, String subject, String what) {
        return new Finding(Status.OK, check, subject, what, "");
    }

    static Finding warn(String check, String subject, String what, String remedy) {
        return new Finding(Status.WARN, check, subject, what, remedy);
    }

    static Finding fail(String check, String subject, String what, String remedy) {
        return new Finding(Status.FAIL, check, subject, what, remedy);
    }
}
