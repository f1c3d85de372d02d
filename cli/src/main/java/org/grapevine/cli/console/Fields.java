package org.grapevine.cli.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object, its fields in the order in which they were named. Programs read it, so a name once given stays. Pure ASCII and
 * free of control characters when written. For one thread.
 */
public final class Fields {

    private static final JsonFactory JSON = new JsonFactory();

    /** All above is escaped, and DEL below it does not get through either. */
    private static final int HIGHEST_PLAIN = '~';

    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    private Fields() {}

    /** An object on a line of its own; {@code step} says what kind of line it is. */
    public static Fields step(String step) {
        return new Fields().and("step", step);
    }

    /** An object inside another one. */
    public static Fields nested() {
        return new Fields();
    }

    /**
     * Adds a field.
     *
     * @param value a text, Boolean, Integer, Long, BigDecimal, finite Double, Fields, list of these, or null
     */
    public Fields and(String name, @Nullable Object value) {
        requireKnown(name, value);
        if (values.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("field: " + name + " twice (expected: once)");
        }
        return this;
    }

    private static void requireKnown(String name, @Nullable Object value) {
        if (value instanceof List<?> list) {
            list.forEach(item -> requireKnown(name, item));
            return;
        }
        boolean known = value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof BigDecimal
                || (value instanceof Double number && Double.isFinite(number))
                || value instanceof Fields;
        if (!known) {
            throw new IllegalArgumentException(
                    "field " + name + ": " + value + " (expected: a text, number, boolean, list or object)");
        }
    }

    /** The object on one line. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setHighestNonEscapedChar(HIGHEST_PLAIN);
            write(json, this);
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number.toPlainString());
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Fields fields) {
            json.writeStartObject();
            for (Map.Entry<String, @Nullable Object> field : fields.values.entrySet()) {
                json.writeFieldName(field.getKey());
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else {
            throw new AssertionError("unhandled: " + value);
        }
    }

    @Override
    public String toString() {
        return toJson();
    }
}
