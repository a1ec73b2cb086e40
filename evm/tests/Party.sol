// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Somebody who is a contract, and takes Ether as it was told: for tests alone.
contract Party {
    address private victim;
    uint256 public again;

    /// Does not take any, or, given somebody who pays, takes it and asks for more at once.
    function ask(address from) external {
        victim = from;
    }

    function act(address to, bytes calldata data) external payable {
        (bool done, bytes memory answer) = to.call{value: msg.value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    receive() external payable {
        if (victim == address(0)) revert();
        (bool done,) = victim.call(abi.encodeWithSignature("withdraw(address)", address(this)));
        if (done) again += 1;
    }
}
