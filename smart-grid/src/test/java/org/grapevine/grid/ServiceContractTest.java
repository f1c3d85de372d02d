package org.grapevine.grid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.apache.cxf.BusFactory;
import org.apache.cxf.jaxws.support.JaxWsServiceFactoryBean;
import org.apache.cxf.service.model.InterfaceInfo;
import org.apache.cxf.service.model.MessageInfo;
import org.apache.cxf.service.model.OperationInfo;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsService;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffService;
import org.junit.jupiter.api.Test;

/** What a JAX-WS runtime makes of the annotated interfaces. */
class ServiceContractTest {

    @Test
    void aTariffIsOneWayAndItsBodyIsTheEventItself() {
        OperationInfo operation = only(TariffService.class, TariffEvent.NAMESPACE);

        assertThat(operation.getName().getLocalPart()).isEqualTo("tariffChanged");
        assertThat(operation.isOneWay()).isTrue();
        assertThat(element(operation.getInput())).isEqualTo(new QName(TariffEvent.NAMESPACE, "tariffEvent"));
    }

    @Test
    void energyNeedsAreARequestAndAResponse() {
        OperationInfo operation = only(EnergyNeedsService.class, EnergyNeeds.NAMESPACE);

        assertThat(operation.getName().getLocalPart()).isEqualTo("needs");
        assertThat(operation.isOneWay()).isFalse();
        assertThat(element(operation.getInput())).isEqualTo(new QName(EnergyNeeds.NAMESPACE, "energyNeedsRequest"));
        assertThat(element(operation.getOutput())).isEqualTo(new QName(EnergyNeeds.NAMESPACE, "energyNeeds"));
    }

    private static OperationInfo only(Class<?> service, String namespace) {
        JaxWsServiceFactoryBean factory = new JaxWsServiceFactoryBean();
        factory.setBus(BusFactory.newInstance().createBus());
        factory.setServiceClass(service);
        InterfaceInfo contract = factory.create().getServiceInfos().get(0).getInterface();
        assertThat(contract.getName()).isEqualTo(new QName(namespace, service.getSimpleName()));
        Map<String, OperationInfo> operations = contract.getOperations().stream()
                .collect(Collectors.toMap(operation -> operation.getName().getLocalPart(), operation -> operation));
        assertThat(operations).hasSize(1);
        return operations.values().iterator().next();
    }

    private static QName element(MessageInfo message) {
        assertThat(message.getMessageParts()).hasSize(1);
        return message.getMessagePart(0).getElementQName();
    }
}
