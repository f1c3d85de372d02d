package org.grapevine.cli.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.grid.tariff.Tariff;
import org.jspecify.annotations.Nullable;

/** What the demo prints: for programs a line for each step, for people two small tables and a chart that fit a screen. */
final class DemoReport {

    private static final List<String> PERIODS = List.of("00-08", "08-16", "16-24");
    private static final int BAR_COLUMNS = 34;

    private final Reporter reporter;

    DemoReport(Reporter reporter) {
        this.reporter = reporter;
    }

    void started(DemoOptions options, int devices, Connection connection, double startMillis, double discoverMillis) {
        reporter.json(Fields.step("start")
                .and("devices", devices)
                .and("ssc", options.ssc())
                .and("meters", options.meters())
                .and("ieds", options.ieds())
                .and("date", options.date().toString())
                .and("seed", options.seed())
                .and("loss", options.loss())
                .and("view", options.view().wireName())
                .and("linksMin", connection.fewestLinks())
                .and("linksMean", rounded(connection.meanLinks()))
                .and("linksMax", connection.mostLinks())
                .and("startMs", rounded(startMillis))
                .and("discoverMs", rounded(discoverMillis)));
        reporter.line(format(
                "%d devices on %s: 1 IS, %d SSC, %d SM, %d IED; day %s, seed %d%s",
                devices,
                options.address().getHostAddress(),
                options.ssc(),
                options.meters(),
                options.ieds(),
                options.date(),
                options.seed(),
                options.loss() > 0 ? format(", %.0f %% of datagrams dropped", 100 * options.loss()) : ""));
        reporter.line(format(
                "started in %.1f s, found each other in %.1f s; view %s, %d to %d links in each segment, mean %.1f",
                startMillis / 1000,
                discoverMillis / 1000,
                options.view().wireName(),
                connection.fewestLinks(),
                connection.mostLinks(),
                connection.meanLinks()));
        reporter.line("");
    }

    void needs(String step, NeedsResult result) {
        reporter.json(Fields.step(step)
                .and("contributors", result.needs().numDataSources())
                .and("expected", result.needs().expected())
                .and("periods", result.needs().wattHours())
                .and("truth", result.truth().wattHours())
                .and("elapsedMs", rounded(result.elapsedMillis()))
                .and("devicesCounted", result.completeness().counted())
                .and("failed", result.completeness().failed())
                .and("timedOut", result.completeness().timedOut())
                .and("truncated", result.completeness().truncated())
                .and("faults", faults(result.completeness().faults()))
                .and("whole", result.completeness().isWhole())
                .and("exact", result.isExact()));
    }

    void push(PushResult result) {
        reporter.json(Fields.step("tariff-push")
                .and("devices", result.devices())
                .and("delivered", result.delivered())
                .and("duplicatesToApplication", result.duplicatesToApplication())
                .and("t50Ms", rounded(result.t50Millis()))
                .and("t99Ms", rounded(result.t99Millis()))
                .and("t100Ms", rounded(result.t100Millis()))
                .and("envelopesPerDevice", rounded(result.envelopesPerDevice()))
                .and("duplicateCopies", result.duplicateCopies())
                .and("repaired", result.repaired())
                .and("missed", result.missed()));
    }

    /** For people, once all is known, so that everything stands together. */
    void summary(NeedsResult before, PushResult push, NeedsResult after, Tariff tariff) {
        reporter.line(
                row("energy needs, Wh", PERIODS.get(0), PERIODS.get(1), PERIODS.get(2), "day", "counted", "time"));
        needsRows("before", before);
        needsRows("after", after);
        reporter.line("");
        BigDecimal lowest = tariff.prices().stream().min(BigDecimal::compareTo).orElseThrow();
        BigDecimal highest = tariff.prices().stream().max(BigDecimal::compareTo).orElseThrow();
        reporter.line(format(
                "tariff %s: %d prices from %s to %s %s/kWh",
                tariff.eventId(),
                tariff.prices().size(),
                lowest.toPlainString(),
                highest.toPlainString(),
                tariff.currency().getCurrencyCode()));
        reporter.line(format(
                "  reached %d of %d devices, %s; 50 %% in %s, 99 %% in %s, 100 %% in %s",
                push.delivered(),
                push.devices(),
                push.duplicatesToApplication() == 0 ? "none twice" : push.duplicatesToApplication() + " TIMES TWICE",
                millis(push.t50Millis()),
                millis(push.t99Millis()),
                millis(push.t100Millis())));
        reporter.line(format(
                "  %.1f envelopes per device; %d duplicate copies stopped, %d devices repaired",
                push.envelopesPerDevice(), push.duplicateCopies(), push.repaired()));
        if (!push.missed().isEmpty()) {
            reporter.line("  missed: " + String.join(" ", push.missed()));
        }
        reporter.line("");
        chart(before, after, tariff);
    }

    private void needsRows(String label, NeedsResult result) {
        List<Long> sum = result.needs().wattHours();
        reporter.line(row(
                format("  %-6s network", label),
                sum,
                result.needs().totalWattHours(),
                result.needs().numDataSources() + "/" + result.needs().expected(),
                millis(result.elapsedMillis())));
        reporter.line(
                row("         truth", result.truth().wattHours(), result.truth().totalWattHours(), "", ""));
        List<Long> difference = result.difference();
        long total = difference.stream().mapToLong(Long::longValue).sum();
        reporter.line(row("         difference", difference, total, "", ""));
        missing(result).ifPresent(line -> reporter.line("         missing: " + line));
    }

    /** Why a sum is short, in one line; empty if nothing is missing. */
    static Optional<String> missing(NeedsResult result) {
        Completeness told = result.completeness();
        List<String> reasons = new ArrayList<>();
        long unheard = result.truth().numDataSources() - result.needs().numDataSources();
        if (unheard != 0) {
            reasons.add(unheard + " appliances");
        }
        told.faults().byKind().forEach((kind, devices) -> reasons.add(devices + " " + kind));
        if (told.timedOut() > 0) {
            reasons.add("up to " + told.timedOut() + " silent");
        }
        if (told.truncated() > 0) {
            reasons.add(told.truncated() + " did not ask on");
        }
        return reasons.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", reasons) + "; " + told.counted() + " devices counted");
    }

    private static Fields faults(Faults faults) {
        Fields byKind = Fields.nested();
        faults.byKind().forEach(byKind::and);
        return byKind;
    }

    private void chart(NeedsResult before, NeedsResult after, Tariff tariff) {
        long most = 1;
        for (NeedsResult result : List.of(before, after)) {
            most = Math.max(
                    most, result.needs().wattHours().stream().max(Long::compare).orElse(1L));
        }
        for (int i = 0; i < PERIODS.size(); i++) {
            long was = before.needs().wattHours().get(i);
            long is = after.needs().wattHours().get(i);
            String price = format("mean %s EUR/kWh", meanPrice(before, i, tariff));
            reporter.line(format(
                    "%s  before |%-" + BAR_COLUMNS + "s| %8.1f kWh", PERIODS.get(i), bar(was, most), was / 1000.0));
            reporter.line(
                    format("       after  |%-" + BAR_COLUMNS + "s| %8.1f kWh  %s", bar(is, most), is / 1000.0, price));
        }
    }

    private static String meanPrice(NeedsResult result, int period, Tariff tariff) {
        var energy = result.needs().periods().get(period);
        List<BigDecimal> prices = new ArrayList<>();
        var end = energy.start().plus(energy.duration());
        for (var at = energy.start(); at.isBefore(end); at = at.plusHours(1)) {
            tariff.priceAt(at.toInstant()).ifPresent(prices::add);
        }
        if (prices.isEmpty()) {
            return "unknown";
        }
        return prices.stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .divide(BigDecimal.valueOf(prices.size()), 4, RoundingMode.HALF_EVEN)
                .toPlainString();
    }

    private static String bar(long value, long most) {
        return "#".repeat((int) Math.round((double) BAR_COLUMNS * Math.max(0, value) / most));
    }

    private static String row(String label, List<Long> periods, long total, String counted, String time) {
        return row(
                label,
                periods.get(0).toString(),
                periods.get(1).toString(),
                periods.get(2).toString(),
                Long.toString(total),
                counted,
                time);
    }

    private static String row(String label, String a, String b, String c, String total, String counted, String time) {
        return format("%-20s %9s %9s %9s %10s %9s %8s", label, a, b, c, total, counted, time)
                .stripTrailing();
    }

    private static String millis(double millis) {
        return Double.isNaN(millis) ? "never" : format("%.0f ms", millis);
    }

    /** Three decimals; null for a time that never came. */
    private static @Nullable BigDecimal rounded(double value) {
        return Double.isNaN(value) ? null : BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_EVEN);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
