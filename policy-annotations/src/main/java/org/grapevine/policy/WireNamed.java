package org.grapevine.policy;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A value with a fixed name in the policy assertion. */
interface WireNamed {

    String wireName();

    /** Finds the constant of that name; a name that is none of them is an impossible value. */
    static <E extends Enum<E> & WireNamed> E parse(Class<E> type, String setting, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.wireName().equals(text)) {
                return constant;
            }
        }
        throw new PolicyException(setting, text, names(type));
    }

    static <E extends Enum<E> & WireNamed> String names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(WireNamed::wireName).collect(Collectors.joining(" | "));
    }
}
