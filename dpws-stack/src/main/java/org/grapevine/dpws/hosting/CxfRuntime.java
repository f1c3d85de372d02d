package org.grapevine.dpws.hosting;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.bus.extension.ExtensionManagerBus;
import org.apache.cxf.common.injection.ResourceInjector;
import org.apache.cxf.jaxws.context.WebServiceContextResourceResolver;
import org.apache.cxf.resource.DefaultResourceManager;
import org.apache.cxf.resource.ResourceManager;

/**
 * Owns one CXF bus for all hosted services of a JVM or a device host. The bus is nobody's default: neither the process's
 * nor a thread's default bus is set or created. Safe for any thread.
 */
public final class CxfRuntime implements AutoCloseable {

    /** Models kept after their last endpoint closed: building one costs a tenth of a second, tests and restarts come back. */
    private static final int MAX_IDLE_MODELS = 16;

    private final ExtensionManagerBus bus;
    private final int maxIdleModels;
    private final Map<Class<?>, ServiceModel> models =
            new LinkedHashMap<>(); // guarded by this; least recently used first
    private boolean closed; // guarded by this

    private CxfRuntime(ExtensionManagerBus bus, int maxIdleModels) {
        this.bus = bus;
        this.maxIdleModels = maxIdleModels;
    }

    /** Starts a bus that finds CXF's extensions with the class loader of this class. */
    public static CxfRuntime start() {
        return start(MAX_IDLE_MODELS);
    }

    static CxfRuntime start(int maxIdleModels) {
        ClassLoader loader = CxfRuntime.class.getClassLoader();
        ExtensionManagerBus bus = newBus(loader);
        // Without it CXF asks its resource manager for a class loader at every message, which made it three times
        // slower.
        bus.setExtension(loader, ClassLoader.class);
        CxfRuntime runtime = new CxfRuntime(bus, maxIdleModels);
        runtime.withBusOnThread(() -> {
            bus.initialize();
            return bus;
        });
        return runtime;
    }

    /**
     * The bus's constructor makes itself the default of the process and of the thread where there is none: undo that. The
     * lock is the one that CXF uses, so that no other thread sees our bus as the default in between.
     */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // BusFactory's own static methods synchronise on it.
    private static ExtensionManagerBus newBus(ClassLoader loader) {
        synchronized (BusFactory.class) {
            Bus processBus = BusFactory.getDefaultBus(false);
            Bus threadBus = BusFactory.getThreadDefaultBus(false);
            ExtensionManagerBus bus = new ExtensionManagerBus(new HashMap<>(), new HashMap<>(), loader);
            if (processBus == null) {
                BusFactory.setDefaultBus(null);
            }
            BusFactory.setThreadDefaultBus(threadBus);
            return bus;
        }
    }

    /** CXF code that asks for a default bus creates one when there is none: lend it ours meanwhile. */
    private <T> T withBusOnThread(Supplier<T> action) {
        Bus before = BusFactory.getAndSetThreadDefaultBus(bus);
        try {
            return action.get();
        } finally {
            BusFactory.setThreadDefaultBus(before);
        }
    }

    synchronized ServiceModel acquire(Class<?> serviceInterface) {
        if (closed) {
            throw new IllegalStateException("the CXF runtime is closed (expected: an open one)");
        }
        ServiceModel model = models.remove(serviceInterface);
        if (model == null) {
            model = withBusOnThread(() -> ServiceModel.build(bus, serviceInterface));
        }
        model.endpoints++;
        models.put(serviceInterface, model);
        return model;
    }

    synchronized void release(ServiceModel model) {
        model.endpoints--;
        int idle = (int) models.values().stream().filter(m -> m.endpoints == 0).count();
        Iterator<ServiceModel> eldest = models.values().iterator();
        while (idle > maxIdleModels && eldest.hasNext()) {
            ServiceModel candidate = eldest.next();
            if (candidate.endpoints == 0) {
                eldest.remove();
                candidate.destroy();
                idle--;
            }
        }
    }

    /** Gives an object the WebServiceContext that it asks for with {@code @Resource}, as JAX-WS has it. */
    void inject(Object service) {
        ResourceManager resources = new DefaultResourceManager(
                bus.getExtension(ResourceManager.class).getResourceResolvers());
        resources.addResourceResolver(new WebServiceContextResourceResolver());
        withBusOnThread(() -> {
            new ResourceInjector(resources).inject(service);
            return service;
        });
    }

    synchronized int modelCount() {
        return models.size();
    }

    /** Ends every endpoint and the bus. Safe to call again. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            models.values().forEach(ServiceModel::destroy);
            models.clear();
            withBusOnThread(() -> {
                bus.shutdown(true);
                return bus;
            });
        }
    }
}
