package org.grapevine.cli.demo;

import java.net.InetAddress;
import java.time.LocalDate;
import org.grapevine.policy.View;

/**
 * What a demo builds.
 *
 * @param ssc substation controllers
 * @param meters smart meters
 * @param ieds appliances
 * @param date the day whose needs and prices are taken
 * @param seed of the appliances and of injected faults; equal seeds give equal needs
 * @param loss share of datagrams dropped on purpose, 0 to below 1
 * @param view whom the devices keep in mind of their segments
 * @param address of the interface on which it runs
 */
record DemoOptions(
        int ssc, int meters, int ieds, LocalDate date, long seed, double loss, View view, InetAddress address) {}
