package org.grapevine.grid.appliance;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.DayPeriods;
import org.grapevine.grid.energy.EnergyNeed;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;
import org.grapevine.grid.plan.Load;
import org.grapevine.grid.plan.Plan;
import org.grapevine.grid.plan.PriceOutlook;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffBook;
import org.grapevine.grid.tariff.TariffEvent;

/**
 * What an intelligent electronic device knows: the loads it steers, the tariffs it has heard, and the plans that follow
 * from both. It plans ahead: a tariff moves a load anywhere between its earliest begin and latest end, so tariffs should
 * be out before the day begins, as day-ahead prices are.
 *
 * <p>Safe for use by several threads. An answer is made from one consistent set of plans.
 */
public final class Appliance {

    /** Yesterday, today, tomorrow, and room for tariffs of other issuers. */
    private static final int TARIFFS_KEPT = 8;

    private final String name;
    private final List<String> scopes;
    private final ZoneId zone;
    private final List<Load> loads;
    private final InstantSource clock;
    private final TariffBook book = new TariffBook(TARIFFS_KEPT);
    private long notConcerned;
    private volatile Plans plans;

    /**
     * An appliance that has heard of no tariff.
     *
     * @param scopes the segments it is in; tariffs for other groups are ignored
     * @param zone whose days it reckons with
     * @param clock says when a plan was made, for {@link DayNeeds#oldest}; nothing else depends on it
     */
    public Appliance(String name, List<String> scopes, ZoneId zone, List<Load> loads, InstantSource clock) {
        this.name = name;
        this.scopes = List.copyOf(scopes);
        this.zone = zone;
        this.loads = List.copyOf(loads);
        this.clock = clock;
        this.plans = new Plans(now(), this.loads.stream().map(Load::plan).toList());
    }

    /**
     * What became of the tariffs so far.
     *
     * @param notConcerned tariffs ignored because they are for others
     */
    public record Stats(TariffBook.Stats tariffs, long notConcerned) {}

    public String name() {
        return name;
    }

    /** Whose days it reckons with. */
    public ZoneId zone() {
        return zone;
    }

    /**
     * Hears of a tariff and plans anew if it changes anything.
     *
     * @return whether the tariff was new, or newer than what was known of it
     * @throws org.grapevine.grid.payload.MalformedPayloadException if it is malformed; nothing has changed then
     */
    public boolean onTariff(TariffEvent event) {
        return onTariff(event.toTariff());
    }

    /** As {@link #onTariff(TariffEvent)}, for a tariff that has been read already. */
    public synchronized boolean onTariff(Tariff tariff) {
        if (!tariff.concerns(scopes)) {
            notConcerned++;
            return false;
        }
        if (book.offer(tariff) != TariffBook.Outcome.ACCEPTED) {
            return false;
        }
        List<Tariff> tariffs = book.tariffs();
        PriceOutlook outlook = new PriceOutlook(tariffs, zone);
        plans = new Plans(
                now(),
                loads.stream()
                        .map(load -> tariffs.isEmpty() ? load.plan() : load.plan(outlook))
                        .toList());
        return true;
    }

    /** What the appliance needs on a day: of every plan, the part that lies in that day. */
    public DayNeeds dayNeeds(LocalDate date) {
        Plans current = plans;
        DayPeriods day = new DayPeriods(date, zone);
        List<Long> sums = new ArrayList<>(Collections.nCopies(DayPeriods.COUNT, 0L));
        for (Plan plan : current.byLoad()) {
            List<Long> wattHours = plan.wattHours(day);
            for (int period = 0; period < DayPeriods.COUNT; period++) {
                sums.set(period, sums.get(period) + wattHours.get(period));
            }
        }
        return DayNeeds.of(day, 1, 0, Optional.of(current.madeAt()), sums);
    }

    /** Answers a request from the network. */
    public EnergyNeeds needs(EnergyNeedsRequest request) {
        return EnergyNeeds.of(dayNeeds(request.toDate()));
    }

    /** The needs of a day one by one: of every load that draws energy in it, with all of its energy. */
    public List<EnergyNeed> energyNeeds(LocalDate date) {
        Plans current = plans;
        List<Instant> borders = new DayPeriods(date, zone)
                .borders().stream().map(OffsetDateTime::toInstant).toList();
        List<EnergyNeed> needs = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            Plan plan = current.byLoad().get(i);
            if (plan.wattHoursBetween(borders.get(0), borders.get(DayPeriods.COUNT)) > 0) {
                needs.add(EnergyNeed.of(loads.get(i).reservation(plan)));
            }
        }
        return needs;
    }

    /** The current plans, in the order of the loads. */
    public List<Plan> plans() {
        return plans.byLoad();
    }

    public synchronized Stats stats() {
        return new Stats(book.stats(), notConcerned);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private record Plans(Instant madeAt, List<Plan> byLoad) {}
}
