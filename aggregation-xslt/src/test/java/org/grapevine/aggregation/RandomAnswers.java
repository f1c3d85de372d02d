package org.grapevine.aggregation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.random.RandomGenerator;

/** Answers of one operation: mostly of one shape, with whatever XML and decimals allow, and now and then something wrong. */
final class RandomAnswers {

    private static final List<String> ODD_VALUES =
            List.of("1e3", "", "abc", "--1", "1.2.3", "NaN", "1 2", ".", "\u0661", "9".repeat(65), "1_0");
    private static final List<String> TEXTS = List.of(
            "a",
            "b & c",
            "<d>",
            "\u00e9",
            "\ud83d\ude00",
            "\uffee",
            "x\ty",
            "\"q\"",
            "line\nline",
            "\u0085\u2028\u00a0");

    private final RandomGenerator random;
    private final boolean keyed;
    private final String name;
    private final String declaration;
    private final String valueName;
    private final int place;
    private final boolean odd;
    private final int scale;
    private final String prefix;

    RandomAnswers(RandomGenerator random, boolean keyed) {
        this.random = random;
        this.keyed = keyed;
        this.prefix = random.nextBoolean() ? "" : "p:";
        this.name = prefix + "r";
        this.declaration = prefix.isEmpty()
                ? random.nextBoolean() ? "" : " xmlns=\"urn:d\""
                : " xmlns:p=\"urn:p\"" + (random.nextBoolean() ? " xmlns=\"urn:d\"" : "");
        this.valueName = prefix + "value";
        this.place = random.nextInt(4);
        this.odd = random.nextInt(6) == 0;
        this.scale = random.nextInt(0, 20);
    }

    /** The next device's answer. */
    String next() {
        String root = odd && random.nextInt(12) == 0 ? prefix + "other" : name;
        StringBuilder xml = new StringBuilder();
        if (random.nextInt(8) == 0) {
            xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- of mine -->\n");
        }
        xml.append('<').append(root).append(declaration);
        attributes(xml);
        if (keyed) {
            if (random.nextInt(6) == 0) {
                xml.append(" value=\"").append(random.nextInt(2)).append('"');
            }
            xml.append('>');
            int entries = random.nextInt(0, 5);
            for (int i = 0; i < entries; i++) {
                entry(xml);
            }
        } else {
            valued(xml, false);
        }
        return xml.append("</").append(root).append('>').toString();
    }

    private void entry(StringBuilder xml) {
        String entry = odd && random.nextInt(20) == 0 ? prefix + "f" : prefix + "e";
        xml.append(random.nextInt(4) == 0 ? "\n  " : "").append('<').append(entry);
        if (random.nextInt(12) > 0) {
            xml.append(" key=\"")
                    .append(escaped(pick("a", "b", "10", "9", "\ud83d\ude00", "\uffee", "")))
                    .append('"');
        }
        attributes(xml);
        valued(xml, true);
        xml.append("</").append(entry).append('>');
    }

    /** What stands behind the attributes so far: the value, and what else an answer may hold. */
    private void valued(StringBuilder xml, boolean entry) {
        int where = random.nextInt(odd ? 5 : 40) == 0 ? random.nextInt(4) : place;
        String value = value();
        switch (where) {
            case 0 -> xml.append('>').append(text(value));
            case 1 -> xml.append(" value=\"").append(escaped(value)).append("\">");
            case 2 -> {
                xml.append('>');
                details(xml);
                child(xml, value);
                xml.append(random.nextInt(4) == 0 ? "\n" : "");
            }
            default -> {
                xml.append(random.nextBoolean() ? " value='7'>" : ">");
                child(xml, value);
                details(xml);
                if (random.nextInt(8) == 0) {
                    child(xml, entry ? "5" : "ignored");
                }
            }
        }
    }

    private void child(StringBuilder xml, String value) {
        String element = odd && random.nextInt(20) == 0 ? "value xmlns='urn:x'" : valueName;
        xml.append('<')
                .append(element)
                .append(random.nextInt(8) == 0 ? " scale='1'" : "")
                .append('>');
        xml.append(random.nextInt(16) == 0 ? "<x>" + text(value) + "</x>" : text(value));
        xml.append("</").append(element.split(" ", -1)[0]).append('>');
    }

    private void details(StringBuilder xml) {
        if (random.nextInt(3) == 0) {
            xml.append("<of>").append(random.nextInt(3) == 0 ? "x" : "p").append("</of>");
        }
        if (random.nextInt(3) == 0) {
            xml.append("<q:by xmlns:q='urn:q' q:a='1'>")
                    .append(escaped(pick(TEXTS)))
                    .append("</q:by>");
        }
        if (random.nextInt(10) == 0) {
            xml.append("<deep><deeper>1</deeper></deep>");
        }
    }

    private void attributes(StringBuilder xml) {
        if (random.nextInt(6) > 0) {
            xml.append(" unit=\"").append(random.nextInt(10) == 0 ? "W" : "V").append('"');
        }
        if (random.nextInt(3) == 0) {
            xml.append(" id=\"").append(escaped(pick(TEXTS))).append('"');
        }
        if (random.nextInt(3) == 0) {
            String own = pick("m", "n");
            xml.append(" xmlns:" + own + "=\"urn:m\" " + own + ":value=\"" + random.nextInt(2) + "\" " + own
                    + ":a=\"1\" xml:lang=\"en\"");
        }
    }

    /** A decimal as somebody may write it. */
    private String value() {
        if (odd && random.nextInt(10) == 0) {
            return pick(ODD_VALUES);
        }
        BigDecimal number =
                switch (random.nextInt(6)) {
                    case 0 -> BigDecimal.valueOf(random.nextInt(-3, 4));
                    case 1 ->
                        new BigDecimal(
                                new BigInteger(190, new java.util.Random(random.nextLong())), random.nextInt(57));
                    case 2 -> BigDecimal.valueOf(random.nextLong(), random.nextInt(0, 40));
                    case 3 -> BigDecimal.valueOf(random.nextInt(-1000, 1000), random.nextInt(60));
                    default -> BigDecimal.valueOf(random.nextLong(-1_000_000, 1_000_000), scale);
                };
        String text = number.toPlainString();
        return switch (random.nextInt(12)) {
            case 0 -> " \n" + text + "\t ";
            case 1 -> number.signum() < 0 ? text : "+" + text;
            case 2 -> text.contains(".") ? text + "0" : text + ".";
            case 3 -> text.startsWith("0.") ? text.substring(1) : "00" + text.replace("-", "");
            default -> text;
        };
    }

    /** Text with what may stand between its parts. */
    private String text(String value) {
        int half = value.length() / 2;
        return switch (random.nextInt(8)) {
            case 0 -> "<![CDATA[" + value + "]]>";
            case 1 -> escaped(value.substring(0, half)) + "<!-- -->" + escaped(value.substring(half));
            case 2 -> escaped(value.substring(0, half)) + "<![CDATA[" + value.substring(half) + "]]>";
            default -> escaped(value);
        };
    }

    private String pick(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private String pick(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("\"", "&quot;")
                .replace("\t", "&#9;")
                .replace("\n", "&#10;");
    }
}
