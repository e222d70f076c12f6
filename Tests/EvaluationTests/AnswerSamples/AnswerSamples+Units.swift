extension AnswerSamples {
  /// Units, money, degrees and percentages.
  static let units = AnswerSamples(
    equal: #"""
      5 square inches ⇔ 5 in^2
      5 sq in ⇔ 5 \text{ in}^2
      5 inches squared ⇔ 5\text{ in}^2
      12 cubic centimeters ⇔ 12\text{ cm}^3
      60 km/h ⇔ 60 kilometers per hour
      60 \text{ km/h} ⇔ 60 \text{ kph}
      5\text{m} ⇔ 5
      \angle ABC = 30^\circ ⇔ 30
      \cos 120^\circ ⇔ -\frac12
      \tan 45^\circ ⇔ 1
      \text{lcm}(4,6) ⇔ 12
      3^{\text{rd}} ⇔ 3
      5 p.m. ⇔ 5 PM
      £20 ⇔ 20
      20 euros ⇔ €20
      ¥100 ⇔ 100
      \$5\text{ per hour} ⇔ 5
      50 percent ⇔ 50\%
      50\text{ percent decrease} ⇔ 50\%
      x=1, x=2, \text{ or } x=3 ⇔ 1,2,3
      2, 3 \text{ and } 5 ⇔ 2,3,5
      30 mins ⇔ 30 minutes
      3 hrs ⇔ 3 hours
      5 lbs ⇔ 5 pounds
      $18 per hour ⇔ 18
      5 units ⇔ 5
      12 square units ⇔ 12
      5^\circ ⇔ 5
      72° ⇔ 72
      5 \text{ cm}^3 ⇔ 5
      \frac{5}{2}\text{ units} ⇔ 2.5
      -\$5 ⇔ -5
      3.50 dollars ⇔ 3.5
      \text{5 m/s} ⇔ 5 m/s
      5\text{ and }7 ⇔ 7,5
      100\text{ cm}^2 ⇔ 100 cm²
      (5,6) \text{ and } (7,8) ⇔ (5,6),(7,8)
      19, 46, \text{ and } 82 ⇔ 19, 46, 82
      2 \text{ or } -2 ⇔ \pm 2
      x = -5 \text{ and } x = 6 ⇔ -5, 6
      x=5\quad\text{or}\quad x=6 ⇔ 5,6
      5~\text{cm} ⇔ 5
      $18/hour ⇔ 18
      5 \text{ centimeters} ⇔ 5 \text{ cm}
      USD 29 ⇔ 29
      \$18/\text{hour} ⇔ 18
      ₹500 ⇔ 500
      25^{\circ}C ⇔ 25
      98.6^\circ F ⇔ 98.6
      \cos 60^{\circ} ⇔ 0.5
      \sin(30^\circ) ⇔ \frac12
      m\angle A = 30^\circ ⇔ 30
      1 - \frac{1}{\text{e}} ⇔ 1-\frac1e
      3 kilograms ⇔ 3 kg
      \text{Area}=12\text{ cm}^2 ⇔ 12
      18 \text{ percent increase} ⇔ 18\%
      28 pct ⇔ 28\%
      28\text{ per cent} ⇔ 28\%
      10:30 AM ⇔ 10:30 a.m.
      11:00\text{ p.m.} ⇔ 11:00 p.m.
      20^{\text{th}} ⇔ 20
      12 sq ft ⇔ 12
      17 \text{ apples in total} ⇔ 17 \text{ apples}
      17个 ⇔ 17
      2 hours ⇔ 2 \text{ hr}
      3 g ⇔ 3
      3 m ⇔ 3
      30 \text{ minutes} ⇔ 30 \text{ min}
      3kg ⇔ 3
      5 \text{ meters} ⇔ 5 \text{ m}
      5 feet ⇔ 5 ft
      500円 ⇔ 500
      6 \text{ inches} ⇔ 6 \text{ in}
      60 \text{ mi/h} ⇔ 60 \text{ mph}
      60 miles per hour ⇔ 60 mph
      60 miles an hour ⇔ 60 mph
      5 kilometers an hour ⇔ 5 km/h
      3/4 of a mile ⇔ 3/4 mile
      $5 an hour ⇔ $5/hour
      9.8 m/s^2 ⇔ 9.8
      \text{5 apples} ⇔ 5
      5\text{ km/hr} ⇔ 5 km/h
      5 km per hour ⇔ 5\,\text{km/h}
      12 \text{ ft}^2 ⇔ 12 square feet
      12 \mathrm{ft}^2 ⇔ 12\text{ square feet}
      x=1\text{ and }y=2 ⇔ x=1,y=2
      \$1,234.50 ⇔ 1234.5
      12.50 USD ⇔ 12.5
      3 kilometers ⇔ 3 km
      3 kilometres ⇔ 3 kilometers
      3 litres ⇔ 3 L
      4 lbs ⇔ 4 lb
      98.6^{\circ}\text{F} ⇔ 98.6
      \sin 90^\circ ⇔ 1
      180^\circ-60^\circ ⇔ 120
      \pi \text{ radians} ⇔ \pi
      \frac{\pi}{3}\text{ rad} ⇔ \frac{\pi}{3}
      3:00 PM ⇔ 3:00 p.m.
      1/2\% ⇔ 0.5\%
      25 percent ⇔ \frac14
      25\text{ percent} ⇔ 25
      \frac{1}{4} = 25\% ⇔ 0.25
      5 \, \text{cm}^{2} ⇔ 5
      10\text{ pm} ⇔ 10 PM
      1 \text{ or } 2 ⇔ 1, 2
      6 cups of flour ⇔ 6 cups
      6 \text{ cups} ⇔ 6
      5 hours and 30 minutes ⇔ 5 hours, 30 minutes
      n = 7 \text{ sides} ⇔ 7
      r=3\text{ cm} ⇔ 3
      12 \text{ sq. units} ⇔ 12
      5\text{ years old} ⇔ 5
      5 years ⇔ 5
      5 cc ⇔ 5\text{ cm}^3
      5 degrees Celsius ⇔ 5^\circ C
      3 hours 20 minutes ⇔ 3 hours and 20 minutes
      5 kJ ⇔ 5
      US$5 ⇔ 5
      5¢ ⇔ 5
      30^o ⇔ 30
      """#,
    different: #"""
      60 miles an hour ⇔ 60 km/h
      5 cm ⇔ 5 m
      5 m ⇔ 5 g
      5 square inches ⇔ 5 inches
      5 in^2 ⇔ 5 in^3
      60 km/h ⇔ 60 mph
      10:30 AM ⇔ 10:30 PM
      5^\circ C ⇔ 5^\circ F
      50\% ⇔ 5
      17 apples ⇔ 17 oranges
      0.5\% ⇔ 50\%
      $5 ⇔ €5
      5 km ⇔ 5 miles
      5 \text{ cm}^2 ⇔ 5 \text{ cm}
      5 \text{ cm}^2 ⇔ 5 \text{ cm}^3
      3 hours ⇔ 3 minutes
      30 mph ⇔ 30 km/h
      \$5 ⇔ 5\%
      50 ⇔ 5\%
      60 minutes ⇔ 60 hours
      5 degrees Celsius ⇔ 5 degrees Fahrenheit
      3 hours 20 minutes ⇔ 3 hours 30 minutes
      5 \text{ m}\cdot\text{s}^{-1} ⇔ 5 m
      5 kJ ⇔ 5 J
      """#)
}
